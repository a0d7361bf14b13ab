DROP INDEX listings_by_longest_buffer;
ALTER TABLE listings DROP COLUMN longest_buffer_minutes;
DROP INDEX lines_claiming_in_time;
