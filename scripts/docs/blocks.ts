// Generated parts of a page: each stands between `<!-- generated: NAME -->` and `<!-- end -->`.

/** The page with every block written again. Throws when it names a block that nobody generates. */
export function fill(page: string, generators: Readonly<Record<string, () => string>>): string {
  return page.replace(/(<!-- generated: (.+?) -->\n).*?(<!-- end -->)/gs, (_, start, name: string, end) => {
    const generate = generators[name];
    if (!generate) throw new Error(`no generator for ${name}; there are: ${Object.keys(generators)}`);
    return `${start}\n${generate().trim()}\n\n${end}`;
  });
}

/** A table. `|` in a cell is escaped. */
export function table(titles: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell) => cell.replaceAll('|', '\\|').replaceAll('\n', ' ')).join(' | ')} |`;
  return [line(titles), `|${titles.map(() => '---').join('|')}|`, ...rows.map(line)].join('\n');
}
