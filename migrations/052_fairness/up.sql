-- What one company may have, where a manager has set it less than what holds for all. A listing's own quota is one
-- of its rules.
CREATE TABLE company_limits (
    company_id BIGINT PRIMARY KEY NOT NULL REFERENCES companies (id),
    weekly_hours INTEGER CHECK (weekly_hours > 0),
    most_holds INTEGER CHECK (most_holds >= 0),
    horizon_days INTEGER CHECK (horizon_days > 0)
);
