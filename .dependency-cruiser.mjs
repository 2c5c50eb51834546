// Dependencies point one way (docs/architecture.md). `npm run check direction` holds every import against these rules.
const services = ['local', 'openai', 'opentelemetry', 'websocket', 'rtvi', 'realtime-server'];
const top = ['cli', 'playground'];
const source = (names) => `^packages/(?:${names.join('|')})/src/`;
const tests = String.raw`(?:\.test\.ts|/test-support/.*)$`;

export default {
  forbidden: [
    {
      name: 'core-imports-no-other-package',
      comment: 'core is the bottom: it knows no audio, no provider and no test kit. Its tests may use the test kit.',
      severity: 'error',
      from: { path: source(['core']), pathNot: tests },
      to: { path: '^packages/(?!core/)' },
    },
    {
      name: 'core-depends-on-rxjs-and-zod-only',
      severity: 'error',
      from: { path: source(['core']), pathNot: tests },
      to: {
        dependencyTypes: ['npm', 'npm-dev', 'npm-optional', 'npm-peer', 'npm-no-pkg'],
        pathNot: 'node_modules/(?:rxjs|zod)/',
      },
    },
    {
      name: 'audio-and-testing-import-core-only',
      severity: 'error',
      from: { path: '^packages/(audio|testing)/src/', pathNot: tests },
      to: { path: '^packages/', pathNot: ['^packages/core/', '^packages/$1/'] },
    },
    {
      name: 'services-import-core-and-audio-only',
      comment: 'Services and transports never know each other: what they share belongs to core.',
      severity: 'error',
      from: { path: `^packages/(${services.filter((name) => name !== 'realtime-server').join('|')})/src/`, pathNot: tests },
      to: { path: '^packages/', pathNot: ['^packages/(?:core|audio)/', '^packages/$1/'] },
    },
    {
      name: 'realtime-server-imports-core-audio-and-openai-only',
      comment: 'It speaks the protocol that the OpenAI package knows.',
      severity: 'error',
      from: { path: source(['realtime-server']), pathNot: tests },
      to: { path: '^packages/', pathNot: '^packages/(?:core|audio|openai|realtime-server)/' },
    },
    {
      name: 'nothing-imports-what-stands-on-top',
      severity: 'error',
      from: { path: '^packages/', pathNot: source(top) },
      to: { path: [`^packages/(?:${top.join('|')})/`, '^examples/', '^test/'] },
    },
    {
      name: 'a-package-is-entered-by-its-door',
      comment: 'Another package is imported by its name, never by a path into its source.',
      severity: 'error',
      from: { path: '^(packages/[^/]+|examples|test)/' },
      to: { path: '^packages/[^/]+/src/', pathNot: ['^$1/', '^packages/[^/]+/src/index\\.ts$'] },
    },
    {
      name: 'no-cycles',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    {
      name: 'every-import-is-found',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true },
    },
  ],
  options: {
    // Types count: a type import is a dependency of the reader, and later of the build.
    tsPreCompilationDeps: 'specify',
    tsConfig: { fileName: 'tsconfig.json' },
    doNotFollow: { path: 'node_modules' },
    // test/interop is a workspace of its own, and not installed by default.
    exclude: { path: '/(?:dist|\\.snippets)/|^test/interop/' },
    enhancedResolveOptions: {
      conditionNames: ['@voxrill/source', 'import', 'node', 'default'],
      exportsFields: ['exports'],
      extensions: ['.ts', '.js', '.mjs', '.json'],
    },
  },
};
