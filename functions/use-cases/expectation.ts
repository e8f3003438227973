/**
 * What a caller expects of an object that is to be changed: called with it once nobody else can change it meanwhile, undefined where there
 * is none. Throws what the caller is to be told.
 */
export type Expectation<Row> = (row: Row | undefined) => void;
