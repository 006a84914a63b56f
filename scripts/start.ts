import { buildIfNeeded } from './build.ts';

delete process.env.DEMO;
process.env.NODE_ENV = 'production';
buildIfNeeded();
await import('../server/main.ts');
