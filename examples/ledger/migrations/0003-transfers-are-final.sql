-- What was transferred stays on record: a mistake is put right by another transfer.
CREATE TRIGGER transfers_are_not_changed BEFORE UPDATE ON transfers
BEGIN
    SELECT RAISE (ABORT, 'transfers are final');
END;

CREATE TRIGGER transfers_are_not_deleted BEFORE DELETE ON transfers
BEGIN
    SELECT RAISE (ABORT, 'transfers are final');
END;
