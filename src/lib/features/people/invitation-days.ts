/** How long an invitation can be valid, in days. */
export const INVITATION_DAYS = [1, 7, 14, 30] as const;
export const USUAL_INVITATION_DAYS = 14;
