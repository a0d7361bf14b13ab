DROP TABLE asked_moves;
