// What interpreters answered when they were asked who they are, kept in a file, so that a start asks nobody.
import { mkdir, readFile, rename, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

export interface Interpreter {
  /** The real program, not a version manager's shim. */
  readonly file: string;
  /** `3.12.4` */
  readonly version: string;
  /** Of Node.js: options that it knows, of those by which Lambda switches features off. */
  readonly switches?: readonly string[];
}

/** To be raised with any change of what is asked. */
const format = 2;

interface Note {
  size: number;
  /** Milliseconds. */
  modified: number;
  /** Null: it does not run. */
  answer: Interpreter | null;
}

export class InterpreterNotes {
  private readonly folder: string;
  private readonly notes: Promise<Map<string, Note>>;
  private changed = false;

  constructor(folder: string) {
    this.folder = folder;
    this.notes = readFile(this.file, 'utf8').then(
      (text) => new Map(Object.entries(JSON.parse(text) as Record<string, Note>)),
      () => new Map(),
    );
  }

  private get file(): string {
    return join(this.folder, `interpreters.${format}.json`);
  }

  /** What the program answered, or answers now. */
  async of(program: string, ask: () => Promise<Interpreter | undefined>): Promise<Interpreter | undefined> {
    const [notes, { size, mtimeMs: modified }] = await Promise.all([
      this.notes.catch(() => new Map<string, Note>()),
      stat(program),
    ]);
    const note = notes.get(program);
    const valid = note?.size === size && note.modified === modified;
    if (valid && (note.answer === null || (await isThere(note.answer.file)))) return note.answer ?? undefined;
    const answer = await ask();
    notes.set(program, { size, modified, answer: answer ?? null });
    this.changed = true;
    return answer;
  }

  /** In the background: a file that is not written costs the next start some time, nothing else. */
  save(): void {
    if (!this.changed) return;
    this.changed = false;
    void this.write().catch(() => undefined);
  }

  private async write(): Promise<void> {
    const text = JSON.stringify(Object.fromEntries(await this.notes));
    await mkdir(this.folder, { recursive: true });
    const fresh = `${this.file}.${process.pid}`;
    await writeFile(fresh, text);
    await rename(fresh, this.file);
  }
}

function isThere(file: string): Promise<boolean> {
  return stat(file).then(
    () => true,
    () => false,
  );
}
