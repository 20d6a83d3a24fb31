// Which Amazon Linux a runtime is built on, and the version of glibc there (AWS Lambda Developer Guide, "Lambda runtimes").

export interface AmazonLinux {
  name: 'Amazon Linux 2' | 'Amazon Linux 2023';
  /** Minor version of glibc 2. */
  glibcMinor: 26 | 34;
}

const al2: AmazonLinux = { name: 'Amazon Linux 2', glibcMinor: 26 };
const al2023: AmazonLinux = { name: 'Amazon Linux 2023', glibcMinor: 34 };

/** By language: the first version on Amazon Linux 2023, and its runtime. Older ones are on Amazon Linux 2. */
const languages: [pattern: RegExp, since: number, runtime: string][] = [
  [/^python3\.(\d+)$/, 12, 'python3.12'],
  [/^nodejs(\d+)\.x$/, 20, 'nodejs20.x'],
  [/^java(\d+)(?:\.al2)?$/, 21, 'java21'],
  [/^ruby(\d+\.\d+)$/, 3.3, 'ruby3.3'],
  [/^dotnet(\d+)$/, 8, 'dotnet8'],
];

/** undefined: a runtime that is not known here. */
export function amazonLinuxOf(runtime: string): AmazonLinux | undefined {
  if (runtime === 'provided.al2') return al2;
  if (runtime === 'provided.al2023') return al2023;
  for (const [pattern, since] of languages) {
    const version = pattern.exec(runtime)?.[1];
    if (version !== undefined) return Number(version) < since ? al2 : al2023;
  }
  return undefined;
}

/** A runtime of the same language on Amazon Linux 2023. */
export function newerRuntime(runtime: string): string | undefined {
  if (runtime === 'provided.al2') return 'provided.al2023';
  return languages.find(([pattern]) => pattern.test(runtime))?.[2];
}
