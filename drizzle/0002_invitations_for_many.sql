-- Written by hand where the order matters: the table is made anew while nothing refers to it yet, and whoever used an
-- invitation is carried over to the table of uses.
CREATE TABLE `__used_invitation` AS SELECT `id`, `used_by`, `used_at` FROM `invitation` WHERE `used_by` IS NOT NULL;--> statement-breakpoint
CREATE TABLE `__new_invitation` (
	`id` text PRIMARY KEY NOT NULL,
	`token_hash` text NOT NULL,
	`workspace_id` text NOT NULL,
	`role` text NOT NULL,
	`organisation_id` text,
	`note` text DEFAULT '' NOT NULL,
	`places` integer DEFAULT 1,
	`created_by` text,
	`created_at` integer NOT NULL,
	`expires_at` integer NOT NULL,
	`revoked_at` integer,
	FOREIGN KEY (`workspace_id`) REFERENCES `workspace`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`organisation_id`) REFERENCES `organisation`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`created_by`) REFERENCES `person`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
INSERT INTO `__new_invitation`(`id`, `token_hash`, `workspace_id`, `role`, `organisation_id`, `note`, `places`, `created_by`, `created_at`, `expires_at`, `revoked_at`) SELECT `id`, `token_hash`, `workspace_id`, `role`, `organisation_id`, `note`, 1, `created_by`, `created_at`, `expires_at`, `revoked_at` FROM `invitation`;--> statement-breakpoint
DROP TABLE `invitation`;--> statement-breakpoint
ALTER TABLE `__new_invitation` RENAME TO `invitation`;--> statement-breakpoint
CREATE UNIQUE INDEX `invitation_token_hash_unique` ON `invitation` (`token_hash`);--> statement-breakpoint
CREATE INDEX `invitation_workspace` ON `invitation` (`workspace_id`);--> statement-breakpoint
CREATE TABLE `invitation_use` (
	`invitation_id` text NOT NULL,
	`person_id` text NOT NULL,
	`at` integer NOT NULL,
	PRIMARY KEY(`invitation_id`, `person_id`),
	FOREIGN KEY (`invitation_id`) REFERENCES `invitation`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`person_id`) REFERENCES `person`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
INSERT INTO `invitation_use` (`invitation_id`, `person_id`, `at`) SELECT `id`, `used_by`, `used_at` FROM `__used_invitation`;--> statement-breakpoint
DROP TABLE `__used_invitation`;
