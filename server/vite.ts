import type { Plugin } from 'vite';

/** Document sockets in `vite dev` and `vite preview`. */
export function documentSync(): Plugin {
  return { name: 'kopplans-document-sync' };
}
