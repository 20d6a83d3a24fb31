// What is wrong with a definition, as AWS reports it.
export interface Diagnostic {
  readonly code:
    | 'INVALID_JSON_DESCRIPTION'
    | 'SCHEMA_VALIDATION_FAILED'
    | 'MISSING_TRANSITION_TARGET'
    | 'MISSING_END_STATE'
    | 'DUPLICATE_STATE_NAME';
  readonly message: string;
  /** `/States/A/Next`; absent: the whole definition. */
  readonly location?: string;
}

export type Report = (message: string, location: string, code?: Diagnostic['code']) => void;

/** In the errors of CreateStateMachine. */
export const sentence = ({ code, message, location }: Diagnostic): string =>
  `${code}: ${message}${location === undefined ? '' : ` at ${location}`}`;
