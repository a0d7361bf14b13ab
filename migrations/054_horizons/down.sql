DROP TABLE kind_horizons;
