// A queue as it is on AWS.
import type { Tags } from '../owned/ownership.ts';
import type { Attributes } from './attributes.ts';

export interface LiveQueue {
  url: string;
  attributes: Attributes;
  tags: Tags;
}
