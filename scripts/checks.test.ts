import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

// A check that cannot fail proves nothing, so each is shown a fault that it must find, in a small copy of the workspace.

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const packages = ['core', 'audio', 'testing', 'local', 'openai', 'cli'];
let copy: string;

beforeEach(() => {
  copy = realpathSync(mkdtempSync(join(tmpdir(), 'voxrill-checks-')));
});
afterEach(() => rmSync(copy, { recursive: true, force: true }));

function write(path: string, content: string): void {
  mkdirSync(dirname(join(copy, path)), { recursive: true });
  writeFileSync(join(copy, path), content);
}

function node(...args: string[]): { failed: boolean; output: string } {
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { cwd: copy, encoding: 'utf8' });
  return { failed: status !== 0, output: stdout + stderr };
}

const bin = (...path: string[]) => join(root, 'node_modules', ...path);

describe('the lint rule on time', () => {
  function lint(files: Record<string, string>): string[] {
    cpSync(join(root, 'biome.json'), join(copy, 'biome.json'));
    cpSync(join(root, 'scripts', 'lint'), join(copy, 'scripts', 'lint'), { recursive: true });
    for (const [path, code] of Object.entries(files)) write(path, `${code}\n`);
    const { output } = node(bin('@biomejs', 'biome', 'bin', 'biome'), 'lint', '--reporter=github', '--max-diagnostics=none');
    const complaints = output.split('\n').filter((line) => /title=(plugin|lint\/style\/noRestricted)/.test(line));
    return Object.keys(files).filter((path) => complaints.some((line) => line.includes(`${path},`)));
  }

  const forbidden = [
    'export const at = Date.now();',
    'export const at = new Date();',
    'export const at = performance.now();',
    'export const now = process.hrtime.bigint();',
    'setTimeout(() => undefined, 5);',
    'export const again = setInterval;',
    'globalThis.setImmediate(() => undefined);',
    'export const limit = AbortSignal.timeout(5);',
    "import { setTimeout as sleep } from 'node:timers/promises';\nawait sleep(5);",
    "import { interval } from 'rxjs';\nexport const ticks = interval(5);",
  ];

  it('forbids every way to read the time or to set a timer, in packages, tests and examples', () => {
    const folders = ['packages/core/src/session', 'packages/openai/src', 'examples', 'test'];
    const files = Object.fromEntries(
      folders.flatMap((folder) => forbidden.map((code, index) => [`${folder}/case-${index}.ts`, code])),
    );
    expect(lint(files)).toEqual(Object.keys(files));
  });

  it('comes with one that forbids casts through unknown outside tests', () => {
    const code = 'export const size = (text: string): number => text as unknown as number;';
    expect(lint({ 'packages/core/src/cast.ts': code, 'packages/core/src/cast.test.ts': code })).toEqual([
      'packages/core/src/cast.ts',
    ]);
  });

  it('lets the clock itself do all of it, and anybody make a date of a given time', () => {
    const files = Object.fromEntries(forbidden.map((code, index) => [`packages/core/src/clock/case-${index}.ts`, code]));
    expect(lint({ ...files, 'packages/core/src/session/given.ts': 'export const at = new Date(5);' })).toEqual([]);
  });
});

describe('the rule on the direction of dependencies', () => {
  function cruise(files: Record<string, string>): { failed: boolean; output: string } {
    write('tsconfig.json', '{ "compilerOptions": { "module": "NodeNext" } }');
    mkdirSync(join(copy, 'node_modules', '@voxrill'), { recursive: true });
    for (const name of packages) {
      write(`packages/${name}/package.json`, readFileSync(join(root, 'packages', name, 'package.json'), 'utf8'));
      write(`packages/${name}/src/index.ts`, 'export {};');
      symlinkSync(join(copy, 'packages', name), join(copy, 'node_modules', '@voxrill', name), 'junction');
    }
    for (const [path, code] of Object.entries(files)) write(`packages/${path}`, code);
    return node(
      bin('dependency-cruiser', 'bin', 'dependency-cruise.mjs'),
      '--config',
      join(root, '.dependency-cruiser.mjs'),
      'packages',
    );
  }

  it('finds every import against it, an import of types as well', () => {
    const { failed, output } = cruise({
      'core/src/a.ts': "import '@voxrill/audio';",
      'core/src/b.ts': "import type { X } from '@voxrill/audio';\nexport type Y = X;",
      'audio/src/c.ts': "import '@voxrill/testing';",
      'testing/src/d.ts': "import '@voxrill/audio';",
      'local/src/e.ts': "import '@voxrill/openai';",
      'openai/src/f.ts': "import '../../cli/src/index.js';",
      'openai/src/g.ts': "import '../../core/src/a.js';",
      'core/src/h.ts': "import './i.js';",
      'core/src/i.ts': "import './h.js';",
    });
    expect(failed).toBe(true);
    for (const fault of [
      'core-imports-no-other-package: packages/core/src/a.ts',
      'core-imports-no-other-package: packages/core/src/b.ts',
      'audio-and-testing-import-core-only: packages/audio/src/c.ts',
      'audio-and-testing-import-core-only: packages/testing/src/d.ts',
      'services-import-core-and-audio-only: packages/local/src/e.ts',
      'nothing-imports-what-stands-on-top: packages/openai/src/f.ts',
      'a-package-is-entered-by-its-door: packages/openai/src/g.ts',
      'no-cycles: packages/core/src/h.ts',
    ]) {
      expect(output).toContain(fault);
    }
  });

  it('lets everybody import what lies below', () => {
    const { output } = cruise({
      'core/src/a.ts': "import './b.js';",
      'core/src/b.ts': 'export {};',
      'audio/src/c.ts': "import '@voxrill/core';",
      'local/src/d.ts': "import '@voxrill/audio';",
      'cli/src/e.ts': "import '@voxrill/local';",
      'core/src/a.test.ts': "import '@voxrill/testing';",
    });
    expect(output).toContain('no dependency violations found');
  });
});

describe('the check of manifests', () => {
  const check = () => node(join(root, 'scripts', 'check-manifests.mjs'), copy);

  beforeEach(() => {
    write('package.json', '{ "devDependencies": { "vitest": "4.1.12" } }');
    write('pnpm-lock.yaml', "lockfileVersion: '9.0'\n");
    write('tsconfig.build.json', '{ "references": [{ "path": "packages/core" }] }');
    write('packages/core/package.json', '{ "name": "@voxrill/core", "dependencies": { "rxjs": "7.8.2" } }');
    write('packages/core/tsconfig.json', '{}');
    write('docs/dependencies.md', '| `rxjs` | streams |\n| `vitest` | tests |\n');
  });

  it('is content with a workspace in which everything is named', () => {
    expect(check()).toEqual({ failed: false, output: '' });
  });

  it.each([
    ['docs/dependencies.md', '| `vitest` | tests |\n', 'no line for rxjs'],
    ['docs/dependencies.md', '| `rxjs` | |\n| `vitest` | |\n| `gone` | |\n', 'describes gone'],
    ['package.json', '{ "devDependencies": { "vitest": "^4.1.12" } }', 'pin an exact version'],
    ['pnpm-lock.yaml', 'tarball: https://registry.example/rxjs.tgz\n', 'names a registry host'],
    ['test/interop/pnpm-lock.yaml', 'tarball: https://registry.example/ws.tgz\n', 'interop/pnpm-lock.yaml names a registry host'],
    [
      'packages/core/package.json',
      '{ "name": "@voxrill/core", "dependencies": { "vitest": "4.1.12" } }',
      'core depends on rxjs and zod only',
    ],
    [
      'packages/core/package.json',
      '{ "name": "@voxrill/core", "dependencies": { "@voxrill/audio": "workspace:*" } }',
      'must not depend on audio',
    ],
    ['packages/core/tsconfig.json', '{ "references": [{ "path": "../audio" }] }', '"references" must name'],
    ['tsconfig.build.json', '{ "references": [] }', 'does not build packages/core'],
  ])('finds the fault in %s: %j', (path, content, sentence) => {
    write(path, content);
    const { failed, output } = check();
    expect(output).toContain(sentence);
    expect(failed).toBe(true);
  });
});

describe('the check of snippets', () => {
  const check = () => node(join(root, 'scripts', 'check-snippets.mjs'), copy);

  beforeEach(() => symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'), 'junction'));

  it('tells the line of a document that does not compile', () => {
    write('README.md', "# Title\n\n```ts\nconst text = 'a';\nconst count: number = text;\n```\n");
    const { failed, output } = check();
    expect(output).toContain('README.md:5:7: error TS2322');
    expect(failed).toBe(true);
  });

  it('leaves out what says that it is not to be checked, and other languages', () => {
    write('docs/guide.md', '```ts\n// no-check\nnonsense nonsense\n```\n\n```sh\nnpm start\n```\n');
    expect(check()).toEqual({ failed: false, output: '0 snippets, all compile\n' });
  });
});
