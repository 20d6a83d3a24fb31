// A topic as it is on AWS.
import type { Tags } from '../owned/ownership.ts';
import type { Attributes } from './attributes.ts';

export interface LiveTopic {
  attributes: Attributes;
  tags: Tags;
}
