/** Roles of a member in a workspace. */
export const ROLES = ['coordinator', 'editor', 'evaluator', 'observer'] as const;
export type Role = (typeof ROLES)[number];

/** What can be done. One table for pages and sockets alike; whoever runs the server may do everything. */
export const RIGHTS = {
  'plan:read': ['coordinator', 'editor', 'evaluator', 'observer'],
  'plan:write': ['coordinator', 'editor'],
  'plan:create': ['coordinator'],
  'authorship:read': ['coordinator', 'editor', 'evaluator', 'observer'],
  'members:read': ['coordinator', 'editor', 'evaluator', 'observer'],
  'members:manage': ['coordinator'],
} as const satisfies Record<string, readonly Role[]>;
export type Right = keyof typeof RIGHTS;

/** Whether a member with this role may do it; null is somebody who is no member. */
export function allows(role: Role | null, right: Right): boolean {
  return role !== null && (RIGHTS[right] as readonly Role[]).includes(role);
}
