// A state machine as it is on AWS.
import type { Tags } from '../owned/ownership.ts';

export interface MachineSettings {
  /** The definition, parsed; a text when AWS answers something else than JSON. */
  readonly Definition: unknown;
  readonly RoleArn: string;
  readonly Type: string;
  readonly LoggingConfiguration: { level: string; includeExecutionData: boolean; logGroup?: string };
  readonly TracingConfiguration: boolean;
}

export interface LiveMachine {
  readonly settings: MachineSettings;
  readonly tags: Tags;
}
