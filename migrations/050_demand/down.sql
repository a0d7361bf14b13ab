DROP TABLE wish_traces;
DROP TABLE wishes;
