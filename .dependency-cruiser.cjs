// The rooms of ARCHITECTURE.md, and who may look into which.
const rule = (name, from, to, comment) => ({ name, severity: 'error', comment, from, to });

module.exports = {
  forbidden: [
    rule('no-cycles', {}, { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } }, 'Modules form a tree.'),
    rule(
      'domain-imports-nobody',
      { path: '^src/lib/domain/', pathNot: '\\.test\\.ts$' },
      { path: '.', pathNot: ['^src/lib/domain/', '^node_modules/(yjs|valibot|fractional-indexing|nanoid)/'] },
      'The domain is pure.',
    ),
    rule(
      'server-knows-no-svelte',
      { path: '^server/' },
      { path: ['^src/', '^node_modules/(svelte|@sveltejs|bits-ui)/'], pathNot: ['^src/lib/domain/', '^src/lib/i18n/'] },
      'The server imports the domain and the messages only.',
    ),
    rule(
      'engine-has-a-front',
      { path: '^server/', pathNot: ['^server/documents/', '\\.test\\.ts$'] },
      { path: '^server/documents/[^/]+/', pathNot: '^server/documents/(ledger/verify|history/history)\\.ts$' },
      'The rest of the server sees the top of server/documents; the command line also checks ledgers and reads history.',
    ),
    rule(
      'gate-knows-no-engine',
      { path: '^server/documents/gate/' },
      { path: '^server/', pathNot: ['^server/documents/gate/', '^server/documents/limits\\.ts$'] },
      'The gate judges bytes; it knows the limits only.',
    ),
    rule(
      'what-rooms-use-knows-no-rooms',
      { path: '^server/documents/(ids|ledger|attribution|copies|history)/' },
      { path: '^server/documents/(gate|room|connections)/' },
      'A room uses them, not the other way round.',
    ),
    rule(
      'room-knows-no-sockets',
      { path: '^server/documents/room/' },
      { path: ['^server/documents/connections/', '^node_modules/ws/'] },
      'A room knows peers.',
    ),
    rule(
      'metrics-behind-one-file',
      { path: '^(src|server)/', pathNot: '^server/metrics\\.ts$' },
      { path: '^node_modules/@prometheus-io/' },
      'The engine reports to a Meter.',
    ),
    rule(
      'browser-never-imports-server',
      { path: '^src/', pathNot: ['\\.server\\.ts$', '/\\+server\\.ts$', '^src/app\\.d\\.ts$'] },
      { path: '^server/' },
      'Only hooks.server.ts, *.server.ts and +server.ts import the server.',
    ),
    rule(
      'ui-has-no-data-access',
      { path: '^src/lib/ui/' },
      { path: '^src/lib/(collab|features|editor)/' },
      'lib/ui is presentational.',
    ),
    rule(
      'collab-knows-no-features',
      { path: '^src/lib/(collab|editor)/' },
      { path: '^src/lib/features/' },
      'Features use them, not the other way round.',
    ),
    rule(
      'product-never-imports-tests',
      { path: '^(src|server|scripts)/', pathNot: '\\.test\\.ts$' },
      { path: '^tests/' },
      'Tests import the product.',
    ),
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: ['^build/', '^\\.svelte-kit/', 'src/lib/i18n/paraglide/'] },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      conditionNames: ['svelte', 'import', 'node', 'default'],
      extensions: ['.ts', '.js', '.svelte'],
    },
  },
};
