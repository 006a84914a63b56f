import type { App as Application } from '#server/app.ts';
import type { SignedIn } from '#server/auth/sessions.ts';

declare global {
  namespace App {
    interface Locals {
      app: Application;
      /** This browser's session; null when nobody is signed in. */
      signedIn: SignedIn | null;
      person: SignedIn['person'] | null;
      /** Another process kept the database, and this request could not be finished. */
      busy: boolean;
    }
    interface Error {
      message: string;
      /** Finds the log line of an unexpected error. */
      reference?: string;
    }
  }
}
