DROP TABLE company_limits;
