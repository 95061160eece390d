import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import ts from 'typescript';
import { compiled, sourcesIn } from './directory';

const ROOT = resolve(__dirname, '../..');
const CACHE = join(ROOT, 'node_modules/.cache');

/** What a build has compiled, so that the next one knows what has changed, and which files it has made. */
interface BuildRecord {
  /** Changes when we do: the team's code is checked against us. */
  hub: string;
  /** Source → size and time. */
  sources: { [path: string]: string };
}

/** Compiles the team's own code in place, beside its sources, as ours is. */
export class CustomCompiler {
  private program?: ts.Program;
  private readonly recordFile: string;
  /** What the last build has seen, compiled or not. */
  private seen?: BuildRecord;

  /** @param dir CUSTOM_DIR, which is there */
  constructor(private readonly dir: string) {
    this.recordFile = join(CACHE, `custom-${createHash('sha256').update(dir).digest('hex').slice(0, 16)}.json`);
  }

  /**
   * Compiles what there is, unless nothing has changed. What was compiled of a source that has gone is removed, so that
   * no schedule or listener outlives its source.
   * @return what is wrong with the code, in the compiler's words; undefined when it is compiled
   */
  build(): string | undefined {
    const before = this.readRecord();
    const now = this.seen = this.look();
    for (const source of Object.keys(before?.sources ?? {})) if (!existsSync(source)) rmSync(compiled(source), { force: true });
    const sources = Object.keys(now.sources);
    if (sources.length === 0 || (isSame(before, now) && sources.every(source => existsSync(compiled(source))))) return undefined;
    const problems = this.compile(sources);
    if (problems !== undefined) return problems;
    mkdirSync(CACHE, { recursive: true });
    writeFileSync(this.recordFile, JSON.stringify(now));
    return undefined;
  }

  /** Whether anything has changed since the last build. */
  hasChanged(): boolean {
    return !isSame(this.seen, this.look());
  }

  private compile(sources: string[]): string | undefined {
    const options = compilerOptions();
    const host = ts.createCompilerHost(options);
    host.resolveModuleNameLiterals = (literals, file) => literals.map(({ text }) => resolveModule(text, file, options, host));
    const typings = ts.sys.readDirectory(join(ROOT, 'typings'), ['.d.ts']);
    const program = this.program = ts.createProgram([...sources, ...typings], options, host, this.program);
    const files = sources.flatMap(source => program.getSourceFile(source) ?? []);
    // Ours are checked by our own build.
    const problems = [
      ...program.getOptionsDiagnostics(), ...program.getGlobalDiagnostics(),
      ...files.flatMap(file => [...program.getSyntacticDiagnostics(file), ...program.getSemanticDiagnostics(file)]),
    ];
    if (problems.length > 0) return inWords(problems, this.isInside() ? process.cwd() : this.dir);
    for (const file of files) program.emit(file, writeChanged);
    return undefined;
  }

  private isInside(): boolean {
    return !relative(process.cwd(), this.dir).startsWith('..');
  }

  private look(): BuildRecord {
    const stamp = (path: string) => {
      const found = statSync(path, { throwIfNoEntry: false });
      return found ? `${found.size} ${found.mtimeMs}` : '';
    };
    const sources = Object.fromEntries(sourcesIn(this.dir).map(path => [path, stamp(path)]));
    return { hub: `${ts.version} ${stamp(join(CACHE, 'tsbuildinfo'))}`, sources };
  }

  private readRecord(): BuildRecord | undefined {
    try {
      return JSON.parse(readFileSync(this.recordFile, 'utf8')) as BuildRecord;
    } catch {
      return undefined;
    }
  }
}

/** What stays as it is does not start workers anew. */
function writeChanged(path: string, text: string): void {
  if (ts.sys.readFile(path) !== text) ts.sys.writeFile(path, text);
}

/** Ours, but for what is a matter of taste. */
function compilerOptions(): ts.CompilerOptions {
  const config = ts.getParsedCommandLineOfConfigFile(join(ROOT, 'tsconfig.json'), {
    noUnusedLocals: false, noUnusedParameters: false, incremental: false, tsBuildInfoFile: undefined, outDir: undefined, rootDir: undefined,
  }, { ...ts.sys, onUnRecoverableConfigFileDiagnostic: problem => { throw new Error(inWords([problem], ROOT)); } });
  if (!config) throw new Error('tsconfig.json cannot be read.');
  return config.options;
}

/** As Node finds it with the NODE_PATH of `nodePath`: from the file, then among our packages, then in modules/. */
function resolveModule(name: string, file: string, options: ts.CompilerOptions, host: ts.ModuleResolutionHost): ts.ResolvedModuleWithFailedLookupLocations {
  const ours = () => ts.resolveModuleName(name, join(ROOT, 'index.ts'), options, host);
  const offered = () => ts.resolveModuleName(join(ROOT, 'modules', name), join(ROOT, 'index.ts'), options, host);
  const found = ts.resolveModuleName(name, file, options, host);
  if (found.resolvedModule || name.startsWith('.')) return found;
  return [ours, offered].map(look => look()).find(({ resolvedModule }) => resolvedModule) ?? found;
}

function isSame(before: BuildRecord | undefined, now: BuildRecord): boolean {
  return JSON.stringify(before) === JSON.stringify(now);
}

/** @param directory that paths are told relative to */
function inWords(problems: readonly ts.Diagnostic[], directory: string): string {
  const host = { getCanonicalFileName: (name: string) => name, getCurrentDirectory: () => directory, getNewLine: () => '\n' };
  const unique = ts.sortAndDeduplicateDiagnostics(problems);
  return process.stderr.isTTY ? ts.formatDiagnosticsWithColorAndContext(unique, host) : ts.formatDiagnostics(unique, host);
}
