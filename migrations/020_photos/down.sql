DROP TABLE photos;
DROP TABLE pictures;
