/** The words of a pattern: those of EventBridge, or those of SNS, whose event-ruler is older and has fewer. */
export type Dialect = 'EventBridge' | 'SNS';
