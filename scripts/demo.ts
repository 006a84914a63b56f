import { buildIfNeeded } from './build.ts';

process.env.DEMO = '1';
process.env.NODE_ENV = 'production';
buildIfNeeded();
await import('../server/main.ts');
