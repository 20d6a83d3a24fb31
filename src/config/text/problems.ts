// Collects the problems of slsctl.yml, each with its line and column in the file on disk.
import type { Next } from '../../errors/next.ts';
import { badInput } from '../../errors/user-error.ts';
import type { YamlText } from './yaml.ts';

export class Problems {
  private readonly messages: string[] = [];
  /** As users name it. */
  readonly file: string;
  private readonly text: YamlText;
  private readonly onDisk: YamlText;

  /** `onDisk` differs from `text` when an edit is checked before it is written: users look into the file they have. */
  constructor(file: string, text: YamlText, onDisk = text) {
    this.file = file;
    this.text = text;
    this.onDisk = onDisk;
  }

  add(path: readonly PropertyKey[], message: string): void {
    // A value that the edit adds has no place on disk.
    const added = this.text.placeOf(path) !== undefined && this.onDisk.placeOf(path) === undefined;
    // A missing value has no place either, so the nearest parent's place is taken.
    for (let length = added ? 0 : path.length; length > 0; length--) {
      const offset = this.onDisk.placeOf(path.slice(0, length));
      if (offset === undefined) continue;
      this.addAt(offset, message);
      return;
    }
    this.messages.push(`${this.file}: ${message}`);
  }

  /** A problem with another file. `place`: `orders.asl.json:7:5`. */
  addElsewhere(place: string, message: string): void {
    this.messages.push(`${place}: ${message}`);
  }

  /** The path where a function's field is set: in the stage, in the function or in the defaults. */
  placeOf(overlay: string | undefined, key: string, field: string): string[] {
    const inStage = overlay === undefined ? [] : ['stages', overlay];
    const places = [
      [...inStage, 'functions', key, field],
      ['functions', key, field],
      [...inStage, 'defaults', field],
      ['defaults', field],
    ];
    return places.find((path) => this.text.placeOf(path) !== undefined) ?? ['functions', key, field];
  }

  /** Whether the file has a value at this path. */
  has(path: readonly PropertyKey[]): boolean {
    return this.text.placeOf(path) !== undefined;
  }

  /** Problems of YAML itself. */
  addYaml(): void {
    for (const { offset, message } of this.text.problems) this.addAt(offset, message);
  }

  /** `next`: what to do about them. */
  throwIfAny(next?: Next): void {
    if (this.messages.length > 0) throw badInput(this.messages.join('\n'), { next });
  }

  private addAt(offset: number, message: string): void {
    const { line, col } = this.onDisk.lineOf(offset);
    this.messages.push(`${this.file}:${line}:${col}: ${message}`);
  }
}
