"""The persons the work is about: clients, families, cases, custody, consent."""
