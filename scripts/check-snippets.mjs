// Compiles what people will copy: every ```ts block of README.md and docs/, and every @example of a doc comment. Each block
// stands for itself. Names that the package of a doc comment exports need no import there, because the reader hovers over
// one of them. A block whose first line is `// no-check` is pseudo-code and left out.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import ts from 'typescript';
import { root as here } from './bootstrap.mjs';

const root = process.argv[2] ?? here;
// Inside examples/, because that folder depends on every package that a reader would install.
const folder = join(root, 'examples', '.snippets');
const blocks = [...documents().flatMap(fromMarkdown), ...sources().flatMap(fromSource)];
const origins = new Map();

if (blocks.length === 0) finish(true);
rmSync(folder, { recursive: true, force: true });
mkdirSync(folder, { recursive: true });
blocks.forEach(({ file, line, code, packageName }, index) => {
  const name = `snippet-${index + 1}.ts`;
  // One line in front, whatever is imported, so that line numbers can be told.
  writeFileSync(join(folder, name), `${packageName ? missingImports(code, packageName) : ''}export {};\n${code}\n`);
  origins.set(name, { file, line });
});
writeFileSync(
  join(folder, 'tsconfig.json'),
  JSON.stringify({
    extends: relative(folder, join(here, 'tsconfig.json')).split(sep).join('/'),
    compilerOptions: { noUnusedLocals: false, noUnusedParameters: false },
    include: ['*.ts'],
  }),
);
const compiler = join(here, 'node_modules', 'typescript', 'bin', 'tsc');
const { status, stdout } = spawnSync(process.execPath, [compiler, '-p', folder, '--pretty', 'false'], {
  encoding: 'utf8',
  cwd: folder,
});
for (const line of stdout.split('\n')) process.stdout.write(line === '' ? '' : `${translate(line)}\n`);
finish(status === 0);

function finish(allCompile) {
  rmSync(folder, { recursive: true, force: true });
  process.stdout.write(`${blocks.length} snippets, ${allCompile ? 'all compile' : 'not all compile'}\n`);
  process.exit(allCompile ? 0 : 1);
}

/** Turns the place in a snippet into the place in the document that it was taken from. */
function translate(message) {
  return message.replace(/^(snippet-\d+\.ts)\((\d+),(\d+)\)/, (whole, name, line, column) => {
    const origin = origins.get(name);
    return origin ? `${origin.file}:${origin.line + Number(line) - 2}:${column}` : whole;
  });
}

function documents() {
  return ['README.md', ...under('docs', '.md')].filter((file) => existsSync(join(root, file)));
}

function sources() {
  return under('packages', '.ts').filter((file) => /^packages\/[^/]+\/src\//.test(file) && !file.endsWith('.test.ts'));
}

function under(parent, extension) {
  if (!existsSync(join(root, parent))) return [];
  return readdirSync(join(root, parent), { withFileTypes: true }).flatMap((entry) => {
    const path = `${parent}/${entry.name}`;
    if (entry.isDirectory()) return ['node_modules', 'dist'].includes(entry.name) ? [] : under(path, extension);
    return entry.name.endsWith(extension) ? [path] : [];
  });
}

function fromMarkdown(file) {
  return fences(readFileSync(join(root, file), 'utf8')).map((block) => ({ file, ...block }));
}

function fromSource(file) {
  const text = readFileSync(join(root, file), 'utf8');
  const packageFolder = file.split('/')[1];
  const found = [];
  for (const comment of text.matchAll(/\/\*\*[\s\S]*?\*\//g)) {
    const before = text.slice(0, comment.index).split('\n').length - 1;
    const bare = comment[0].replace(/^\/\*\*|\*\/$/g, '').replace(/^[ \t]*\* ?/gm, '');
    for (const { line, code } of fences(bare)) found.push({ file, line: before + line, code, packageName: packageFolder });
  }
  return found;
}

function fences(text) {
  const found = [];
  for (const match of text.matchAll(/^[ \t]*```(?:ts|typescript)\b[^\n]*\n([\s\S]*?)^[ \t]*```/gm)) {
    if (match[1].trimStart().startsWith('// no-check')) continue;
    const line = text.slice(0, match.index).split('\n').length + 1;
    found.push({ line, code: match[1].trimEnd() });
  }
  return found;
}

/** One line that imports what the code mentions, the package exports, and the code itself neither imports nor declares. */
function missingImports(code, packageFolder) {
  const tree = ts.createSourceFile('snippet.ts', code, ts.ScriptTarget.ES2023, true);
  const mentioned = new Set();
  const declared = new Set();
  const visit = (node) => {
    if (ts.isIdentifier(node)) {
      const { parent } = node;
      const isDeclaration = parent.name === node && !ts.isPropertyAccessExpression(parent) && !ts.isPropertyAssignment(parent);
      (isDeclaration ? declared : mentioned).add(node.text);
    }
    ts.forEachChild(node, visit);
  };
  visit(tree);
  const names = exportsOf(packageFolder).filter((name) => mentioned.has(name) && !declared.has(name));
  const { name } = JSON.parse(readFileSync(join(root, 'packages', packageFolder, 'package.json'), 'utf8'));
  // `type` on each would forbid values; a plain import of a type is an error under verbatimModuleSyntax. So both kinds are split.
  const types = names.filter((each) => typesOf(packageFolder).has(each));
  const values = names.filter((each) => !types.includes(each));
  return `${values.length ? `import { ${values.join(', ')} } from '${name}'; ` : ''}${types.length ? `import type { ${types.join(', ')} } from '${name}'; ` : ''}`;
}

function exportsOf(packageFolder) {
  return [...door(packageFolder).keys()];
}

function typesOf(packageFolder) {
  return new Set([...door(packageFolder)].filter(([, isType]) => isType).map(([name]) => name));
}

/** What a package exports, by the compiler's own account: name → whether it is a type only. */
function door(packageFolder) {
  door.known ??= new Map();
  if (!door.known.has(packageFolder)) {
    const index = join(root, 'packages', packageFolder, 'src', 'index.ts');
    const program = ts.createProgram([index], {
      target: ts.ScriptTarget.ES2023,
      module: ts.ModuleKind.NodeNext,
      moduleResolution: ts.ModuleResolutionKind.NodeNext,
      customConditions: ['@voxrill/source'],
      noEmit: true,
    });
    const checker = program.getTypeChecker();
    const file = program.getSourceFile(index);
    const symbol = file && checker.getSymbolAtLocation(file);
    const names = new Map();
    for (const each of symbol ? checker.getExportsOfModule(symbol) : []) {
      const target = each.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(each) : each;
      names.set(each.name, !(target.flags & ts.SymbolFlags.Value));
    }
    door.known.set(packageFolder, names);
  }
  return door.known.get(packageFolder);
}
