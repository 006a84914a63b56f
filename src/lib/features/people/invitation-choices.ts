/** How long an invitation can be valid, in days. */
export const INVITATION_DAYS = [1, 7, 14, 30] as const;
export const USUAL_INVITATION_DAYS = 14;

/** What a form says instead of an organisation's id; nothing at all says that nobody has chosen. */
export const NO_ORGANISATION = 'none';

/** How many people can use one link; as many as want to besides. */
export const INVITATION_PLACES = [1, 5, 10, 20, 30, 50, 100] as const;
