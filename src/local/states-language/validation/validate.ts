// Checks a definition as CreateStateMachine and ValidateStateMachineDefinition do.
import type { Definition, StateType } from '../definition.ts';
import { isObject, type Json, type JsonObject } from '../json.ts';
import type { Diagnostic, Report } from './diagnostics.ts';
import { checkExpressions } from './expressions.ts';
import { fieldsOf } from './fields.ts';
import { checkGraph } from './graph.ts';
import { syntaxProblem } from './json-syntax.ts';
import { checkRules } from './rules.ts';

export type MachineType = 'STANDARD' | 'EXPRESS';

export interface Checked {
  readonly problems: readonly Diagnostic[];
  /** Present without problems. */
  readonly definition?: Definition;
}

export async function check(text: string, type: MachineType): Promise<Checked> {
  if (text === '')
    return {
      problems: [{ code: 'SCHEMA_VALIDATION_FAILED', message: 'Definition must be a valid JSON object' }],
    };
  let document: Json;
  try {
    document = JSON.parse(text) as Json;
  } catch {
    const { message, position } = syntaxProblem(text);
    const location = `[Source: (String)"${text.slice(0, 500)}"; ${position}]`;
    return {
      problems: [{ code: 'INVALID_JSON_DESCRIPTION', message: `${message}\n at ${location}`, location }],
    };
  }
  if (!isObject(document)) {
    return {
      problems: [{ code: 'SCHEMA_VALIDATION_FAILED', message: 'Definition must be a valid JSON object' }],
    };
  }
  const problems: Diagnostic[] = [];
  const report: Report = (message, location, code = 'SCHEMA_VALIDATION_FAILED') => {
    problems.push(
      location === '' && code !== 'SCHEMA_VALIDATION_FAILED'
        ? { code, message }
        : { code, message, location: location || '/' },
    );
  };
  const checker = new Checker(report, type, document.QueryLanguage);
  await checker.flow(document, '', topFields);
  return problems.length > 0 ? { problems } : { problems, definition: document as unknown as Definition };
}

const flowFields = ['StartAt', 'States', 'Comment'];
const topFields = [...flowFields, 'Version', 'TimeoutSeconds', 'QueryLanguage'];

class Checker {
  private readonly report: Report;
  private readonly type: MachineType;
  private readonly language: Json | undefined;
  private readonly names = new Set<string>();

  constructor(report: Report, type: MachineType, language: Json | undefined) {
    this.report = report;
    this.type = type;
    this.language = language;
  }

  async flow(flow: JsonObject, place: string, allowed: readonly string[]): Promise<void> {
    const missing = ['States', 'StartAt'].filter((name) => flow[name] === undefined);
    if (missing.length > 0) {
      this.report(`These fields are required: [${missing.join(', ')}]`, place);
      return;
    }
    for (const name of Object.keys(flow)) {
      if (!allowed.includes(name)) this.report(`Field '${name}' is not supported`, place);
    }
    if (!isObject(flow.States)) return this.report('Expected value of type Object', `${place}/States`);
    if (typeof flow.StartAt !== 'string')
      return this.report('Expected value of type String', `${place}/StartAt`);
    for (const [name, state] of Object.entries(flow.States)) {
      await this.state(name, state, `${place}/States/${name}`);
    }
    checkGraph(flow, place, this.report);
  }

  private async state(name: string, state: Json, place: string): Promise<void> {
    if (this.names.has(name)) this.report(`Duplicate State name: ${name}`, place, 'DUPLICATE_STATE_NAME');
    this.names.add(name);
    if (name.length > 80) this.report('The state name must not exceed 80 characters', place);
    if (!isObject(state)) return this.report('Expected value of type Object', place);
    if (state.Type === undefined) return this.report('These fields are required: [Type]', place);
    const fields = Object.hasOwn(fieldsOf, String(state.Type))
      ? fieldsOf[state.Type as StateType]
      : undefined;
    if (!fields) {
      return this.report(`Value is not one of [${Object.keys(fieldsOf).join(', ')}]`, `${place}/Type`);
    }
    if (state.QueryLanguage === 'JSONPath' && this.language === 'JSONata') {
      return this.report(
        "'QueryLanguage' can not be 'JSONPath' if set to 'JSONata' for whole state machine",
        place,
      );
    }
    const language = (state.QueryLanguage ?? this.language) === 'JSONata' ? 'JSONata' : 'JSONPath';
    const other = language === 'JSONata' ? 'JSONPath' : 'JSONata';
    for (const field of Object.keys(state)) {
      if (fields.both.includes(field) || fields[language].includes(field)) continue;
      if (fields[other].includes(field)) {
        this.report(
          `The QueryLanguage is set to '${language}', but field '${field}' is only supported for the '${other}' QueryLanguage`,
          place,
        );
      } else this.report(`Field '${field}' is not supported`, place);
    }
    const missing = fields.required.filter((field) => state[field] === undefined);
    if (missing.length > 0) return this.report(`These fields are required: [${missing.join(', ')}]`, place);
    this.moves(state, fields.both, place);
    checkRules(state, place, this.type, language, this.report);
    await checkExpressions(state, place, language, this.report);
    await this.inner(state, place);
  }

  private moves(state: JsonObject, known: readonly string[], place: string): void {
    if (!known.includes('Next')) return;
    if (state.Next === undefined && state.End !== true) {
      this.report('These fields are required: [Next or End]', place);
    } else if (state.Next !== undefined && state.End === true) {
      this.report("Only one of the fields 'Next' and 'End' can be present", place);
    }
  }

  private async inner(state: JsonObject, place: string): Promise<void> {
    if (Array.isArray(state.Branches)) {
      for (const [index, branch] of state.Branches.entries()) {
        const at = `${place}/Branches[${index}]`;
        if (isObject(branch)) await this.flow(branch, at, flowFields);
        else this.report('Expected value of type Object', at);
      }
    }
    if (state.Type !== 'Map') return;
    const name = state.ItemProcessor === undefined ? 'Iterator' : 'ItemProcessor';
    const processor = state[name];
    if (processor === undefined) return this.report('These fields are required: [ItemProcessor]', place);
    if (isObject(processor))
      await this.flow(processor, `${place}/${name}`, [...flowFields, 'ProcessorConfig']);
    else this.report('Expected value of type Object', `${place}/${name}`);
  }
}
