// The names that a Python module binds when it is imported, as far as its text shows; nothing is run.

export interface ModuleNames {
  names: Set<string>;
  /** Names may come that the text does not show. */
  open: boolean;
}

/** Tolerant: what Python would refuse, or what a newer Python allows, is read as far as it goes. */
export function pythonNames(text: string): ModuleNames {
  const names = new Set<string>();
  let open = false;
  /** Indentation of the function or class whose body is passed over. */
  let inside = Number.POSITIVE_INFINITY;
  for (const { indent, code } of logicalLines(text)) {
    if (indent > inside) continue;
    inside = Number.POSITIVE_INFINITY;
    for (const statement of code.split(';')) {
      const [, kind, name] = /^\s*(?:async\s+)?(def|class)\s+([\p{L}_][\p{L}\p{N}_]*)/u.exec(statement) ?? [];
      if (name !== undefined) {
        names.add(name);
        if (kind === 'def' && name === '__getattr__') open = true;
        inside = indent;
      } else if (/^\s*from\b.*\bimport\s*\(?\s*\*/.test(statement)) open = true;
      else for (const bound of boundBy(statement)) names.add(bound);
      if (/\b(globals|vars|locals|exec|setattr|__dict__)\b/.test(statement)) open = true;
    }
  }
  return { names, open };
}

const identifier = /[\p{L}_][\p{L}\p{N}_]*/gu;

function boundBy(statement: string): string[] {
  const imported = /^\s*(?:from\b.*?\bimport|import)\b(.*)$/s.exec(statement)?.[1];
  if (imported !== undefined) {
    const parts = imported.replaceAll(/[()]/g, ' ').split(',');
    return parts.flatMap((part) => {
      const [, plain = '', renamed] = /^\s*([\p{L}\p{N}_.]+)(?:\s+as\s+([\p{L}\p{N}_]+))?/u.exec(part) ?? [];
      return [renamed ?? (plain.split('.')[0] as string)];
    });
  }
  const found: string[] = [];
  // `for x in`, `with a as x`, `except E as x`, `x := 1`
  for (const [, loop, given] of statement.matchAll(/\bfor\s+(.+?)\s+in\b|\bas\s+([\p{L}\p{N}_(), ]+)/gu)) {
    found.push(...((loop ?? given ?? '').match(identifier) ?? []));
  }
  for (const [, name = ''] of statement.matchAll(/([\p{L}\p{N}_]+)\s*:=/gu)) found.push(name);
  // `a = b, c = 1`, `a: int = 1`: what stands before an equals sign that is none of a comparison or a keyword
  const plain = statement.replaceAll(/[([{][^()[\]{}]*=[^()[\]{}]*[)\]}]/g, '()');
  const sides = plain.split(/(?<![=!<>+\-*/%&|^@:])=(?!=)/);
  for (const side of sides.slice(0, -1)) {
    const target =
      side.replace(/^\s*(if|else|elif|try|with|for|while|finally)\b.*?:/, '').split(':')[0] ?? '';
    if (!/[.[]/.test(target)) found.push(...(target.match(identifier) ?? []));
  }
  return found;
}

/** Lines joined where brackets, triple quotes and backslashes join them; strings emptied, comments gone. */
function* logicalLines(text: string): Generator<{ indent: number; code: string }> {
  const tokens =
    /("""|''')(?:\\.|(?!\1).)*(?:\1|$)|"(?:\\.|[^"\\\n])*"?|'(?:\\.|[^'\\\n])*'?|#[^\n]*|\\\r?\n|\r?\n|[()[\]{}]|[^"'#\\\n\r()[\]{}]+|./gs;
  let code = '';
  let depth = 0;
  for (const [token] of `${text}\n`.matchAll(tokens)) {
    if (token[0] === '"' || token[0] === "'") code += "''";
    else if (token[0] === '#') continue;
    else if (token.endsWith('\n')) {
      if (token[0] === '\\' || depth > 0) code += ' ';
      else {
        if (code.trim() !== '') yield { indent: indentOf(code), code };
        code = '';
      }
    } else {
      if (/^[([{]$/.test(token)) depth += 1;
      else if (/^[)\]}]$/.test(token)) depth = Math.max(0, depth - 1);
      code += token;
    }
  }
  if (code.trim() !== '') yield { indent: indentOf(code), code };
}

function indentOf(code: string): number {
  const blanks = /^[ \t\ufeff\f]*/.exec(code)?.[0] ?? '';
  return blanks.replaceAll('\t', '        ').replaceAll(/[\ufeff\f]/g, '').length;
}
