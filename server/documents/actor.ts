/** Who acts: a person for an organisation. */
export type Actor = { personId: string; organisationId: string | null };
