import type { App as Application } from '#server/app.ts';

declare global {
  namespace App {
    interface Locals {
      app: Application;
    }
  }
}
