"""A mail that was written with a change is sent once, or the admin sees why not."""

from klankbord.outbox.models import MessageState


def test_a_mail_arrives_once(outbox):
    outbox.write(number="42")

    outbox.send()
    outbox.send()

    [mail] = outbox.sink.mails
    assert mail.recipients == (outbox.family.worker.email,)
    assert outbox.is_(MessageState.SENT)
    assert outbox.due() == []
