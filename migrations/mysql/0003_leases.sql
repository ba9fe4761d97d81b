-- The lease of the migrations is needed before them: src/adapters/storage/mysql/leases.ts creates it.
CREATE TABLE IF NOT EXISTS `leases` (
	`name` varchar(64) character set utf8mb4 collate utf8mb4_0900_bin NOT NULL,
	`holder` varchar(36) character set utf8mb4 collate utf8mb4_0900_bin NOT NULL,
	`token` bigint NOT NULL,
	`expires_at` datetime(3) NOT NULL,
	CONSTRAINT `leases_name` PRIMARY KEY(`name`)
);
