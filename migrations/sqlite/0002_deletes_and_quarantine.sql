CREATE TABLE `instances` (
	`id` text PRIMARY KEY NOT NULL,
	`holds_from` integer NOT NULL,
	`survives` integer NOT NULL,
	`seen_at` integer NOT NULL
);
--> statement-breakpoint
CREATE TABLE `quarantined_records` (
	`id` text PRIMARY KEY NOT NULL,
	`collection` text NOT NULL,
	`record_key` text NOT NULL,
	`parent_key` text NOT NULL,
	`missing_parent` text,
	`reason` text NOT NULL,
	`attempts` integer NOT NULL,
	`quarantined_at` integer NOT NULL,
	`created_at` integer NOT NULL,
	`version` integer NOT NULL,
	`record_bytes` integer NOT NULL,
	`record` text NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX `quarantined_records_by_record` ON `quarantined_records` (`collection`,`record_key`,`parent_key`);--> statement-breakpoint
CREATE INDEX `quarantined_records_by_missing_parent` ON `quarantined_records` (`collection`,`missing_parent`,`id`);--> statement-breakpoint
CREATE INDEX `quarantined_records_by_parent` ON `quarantined_records` (`collection`,`parent_key`);--> statement-breakpoint
CREATE INDEX `quarantined_records_by_time` ON `quarantined_records` (`quarantined_at`,`id`);--> statement-breakpoint
CREATE INDEX `quarantined_records_by_version` ON `quarantined_records` (`version`);--> statement-breakpoint
CREATE INDEX `quarantined_records_by_age` ON `quarantined_records` (`created_at`);--> statement-breakpoint
CREATE TABLE `tombstones` (
	`subject` text PRIMARY KEY NOT NULL,
	`version` integer NOT NULL
);
--> statement-breakpoint
CREATE INDEX `tombstones_by_version` ON `tombstones` (`version`);