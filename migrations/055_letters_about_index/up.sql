-- Which bookings a letter tells of, from the letter: one that waits for an earlier one of any of its dates.
CREATE INDEX letters_about_of_letter ON letters_about (letter_id, booking_id);
