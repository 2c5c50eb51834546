// node scripts/check-manifests.mjs [ROOT]: what package.json files promise. The direction of dependencies, exact versions,
// references that let `tsc -b` build in order, a line in docs/dependencies.md for each dependency, a lock file that names
// no registry host. Prints one sentence a fault.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root as here } from './bootstrap.mjs';

const root = process.argv[2] ?? here;
const faults = [];
const own = '@voxrill/';
const services = ['local', 'openai', 'websocket', 'rtvi', 'realtime-server'];
const mayImport = {
  core: [],
  audio: ['core'],
  testing: ['core'],
  ...Object.fromEntries(services.map((name) => [name, ['core', 'audio']])),
  // It speaks the protocol that the OpenAI package knows.
  'realtime-server': ['core', 'audio', 'openai'],
};
const outsideOfCore = ['rxjs', 'zod'];

const json = (file) => JSON.parse(readFileSync(join(root, file), 'utf8'));
const folders = ['packages', '.'].flatMap((parent) => children(parent));
const docs = read('docs/dependencies.md');
const documented = new Set([...docs.matchAll(/^\|\s*`([^`]+)`\s*\|/gm)].map((match) => match[1]));
const used = new Set();

for (const folder of ['.', ...folders]) checkManifest(folder);
for (const name of documented) {
  if (!used.has(name))
    faults.push(`docs/dependencies.md describes ${name}, which no package.json names any more: delete its line.`);
}
for (const lock of ['pnpm-lock.yaml', 'test/interop/pnpm-lock.yaml']) {
  if (/https?:\/\//.test(read(lock))) faults.push(`${lock} names a registry host: install again without that setting.`);
}

for (const fault of faults) process.stdout.write(`${fault}\n`);
process.exit(faults.length === 0 ? 0 : 1);

function checkManifest(folder) {
  const manifest = json(join(folder, 'package.json'));
  const sections = ['dependencies', 'optionalDependencies', 'peerDependencies', 'devDependencies'];
  for (const section of sections) {
    for (const [name, version] of Object.entries(manifest[section] ?? {})) {
      if (name.startsWith(own)) {
        if (version !== 'workspace:*') faults.push(`${folder}/package.json: ${name} is "${version}"; write "workspace:*".`);
        continue;
      }
      used.add(name);
      if (!/^\d+\.\d+\.\d+/.test(version) && section !== 'peerDependencies') {
        faults.push(`${folder}/package.json: ${name} is "${version}"; pin an exact version.`);
      }
      if (!documented.has(name)) faults.push(`docs/dependencies.md has no line for ${name}, which ${folder}/package.json names.`);
    }
  }
  if (folder.startsWith('packages')) checkPackage(folder, manifest);
}

function checkPackage(folder, manifest) {
  const short = manifest.name.slice(own.length);
  const names = ['dependencies', 'optionalDependencies', 'peerDependencies'].flatMap((section) =>
    Object.keys(manifest[section] ?? {}),
  );
  const siblings = names.filter((name) => name.startsWith(own)).map((name) => name.slice(own.length));
  for (const sibling of siblings) {
    if (mayImport[short] && !mayImport[short].includes(sibling)) {
      faults.push(`${folder}/package.json: ${short} must not depend on ${sibling}; dependencies point towards core.`);
    }
  }
  if (short === 'core') {
    for (const name of names) {
      if (!outsideOfCore.includes(name))
        faults.push(`${folder}/package.json: core depends on ${outsideOfCore.join(' and ')} only, not on ${name}.`);
    }
  }
  const references = (json(join(folder, 'tsconfig.json')).references ?? []).map(({ path }) => path.replace('../', ''));
  if (references.sort().join() !== siblings.sort().join()) {
    faults.push(
      `${folder}/tsconfig.json: "references" must name what package.json depends on: ${siblings.join(', ') || 'nothing'}.`,
    );
  }
  if (!json('tsconfig.build.json').references.some(({ path }) => path === `packages/${short}`)) {
    faults.push(`tsconfig.build.json does not build packages/${short}: add it to "references".`);
  }
}

function children(parent) {
  return readdirSync(join(root, parent), { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && entry.name !== 'node_modules')
    .map((entry) => (parent === '.' ? entry.name : `${parent}/${entry.name}`))
    .filter((folder) => existsSync(join(root, folder, 'package.json')));
}

function read(file) {
  return existsSync(join(root, file)) ? readFileSync(join(root, file), 'utf8') : '';
}
