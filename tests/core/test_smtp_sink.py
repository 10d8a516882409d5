"""The mail server of the tests misbehaves exactly as it is told."""

import smtplib
from email.message import EmailMessage

import pytest

from klankbord.testing.smtp import SmtpSink


def send(sink: SmtpSink, subject: str = "Bericht") -> None:
    message = EmailMessage()
    message["From"], message["To"] = "van@voorbeeld.test", "aan@voorbeeld.test"
    message["Subject"] = subject
    message.set_content("Één zin.")
    with smtplib.SMTP("127.0.0.1", sink.port, timeout=5) as client:
        client.send_message(message)


def test_a_message_is_kept_with_its_envelope_and_text(smtp_sink: SmtpSink):
    send(smtp_sink)

    [mail] = smtp_sink.wait_for(1)
    assert mail.recipients == ("aan@voorbeeld.test",)
    assert mail.sender == "van@voorbeeld.test"
    assert mail.message["Subject"] == "Bericht"
    assert mail.message.get_content() == "Één zin.\r\n"


@pytest.mark.parametrize("answer", ["451 try again later", "554 no"])
def test_a_refused_message_is_not_kept(smtp_sink: SmtpSink, answer: str):
    smtp_sink.refuse(answer)

    with pytest.raises(smtplib.SMTPDataError) as refusal:
        send(smtp_sink)

    assert refusal.value.smtp_code == int(answer[:3])
    assert smtp_sink.mails == []
    smtp_sink.recover()
    send(smtp_sink)
    assert len(smtp_sink.mails) == 1


def test_a_connection_dropped_after_data_leaves_the_message_kept(smtp_sink: SmtpSink):
    smtp_sink.drop_after_data()

    with pytest.raises(smtplib.SMTPServerDisconnected):
        send(smtp_sink)

    assert len(smtp_sink.wait_for(1)) == 1


def test_a_slow_server_answers_in_the_end(smtp_sink: SmtpSink):
    smtp_sink.delay(0.2)

    send(smtp_sink)

    assert len(smtp_sink.mails) == 1


def test_a_stopped_server_refuses_until_it_starts_again(smtp_sink: SmtpSink):
    smtp_sink.stop()
    with pytest.raises(ConnectionRefusedError):
        send(smtp_sink)

    smtp_sink.start()
    send(smtp_sink)

    assert len(smtp_sink.mails) == 1


def test_waiting_for_too_many_messages_says_how_many_came(smtp_sink: SmtpSink):
    send(smtp_sink)

    with pytest.raises(TimeoutError, match="1 of 2"):
        smtp_sink.wait_for(2, seconds=0.05)
