/** What a report is made of, whatever it is written as. All texts are plain. */
export type Block = Paragraph | Table | Plot;

export interface Paragraph {
  kind: 'paragraph';
  text: string;
}

export interface Table {
  kind: 'table';
  caption: string;
  /** The first is of the rows' names. */
  columns: readonly string[];
  rows: readonly (readonly string[])[];
  /** The last column holds sentences, not numbers. */
  isProse?: boolean;
}

export interface Plot {
  kind: 'plot';
  title: string;
  /** What one sees in it, for those who do not. */
  alt: string;
  svg: string;
}

export interface Section {
  title: string;
  blocks: readonly Block[];
}

export interface ReportDocument {
  title: string;
  lead: string;
  sections: readonly Section[];
}

export const paragraph = (...sentences: (string | null)[]): Paragraph => ({
  kind: 'paragraph',
  text: sentences.filter((sentence) => sentence !== null).join(' '),
});

export const table = (caption: string, columns: readonly string[], rows: readonly (readonly string[])[]): Table => ({
  kind: 'table',
  caption,
  columns,
  rows,
});
