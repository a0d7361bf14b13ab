DROP TABLE overruns;
