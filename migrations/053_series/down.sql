DROP TABLE letters_about;
DROP TABLE series_dates;
DROP TABLE series;
