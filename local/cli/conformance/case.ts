/** Cases in the format of the conformance set. */
export interface ConformanceCase {
  id: string;
  query: string;
  queryFixed?: string;
  inputs: Record<string, Row[] | { $file: string }>;
  csv?: Record<string, string>;
  referenceData?: Record<string, Row[] | { $file: string }>;
  udf?: Record<string, string>;
  settings?: {
    compatibilityLevel?: string;
    dataLocale?: string;
    lateArrivalSeconds?: number;
    outOfOrderSeconds?: number;
    outOfOrderPolicy?: string;
    earlyArrivalSeconds?: number | null;
    inputFormat?: string;
    outputFormat?: string;
  };
  expected: Expected[];
  expectedFixed?: Expected[];
  expectedError?: { fatal?: boolean; configuration?: boolean; messageContains?: string };
  compare: { rowOrder?: string; datetime?: string; columnCase?: string; columns?: string; numericTolerance?: number; mode?: string };
  kind?: string;
  pathPattern?: string;
  timestamp?: string;
}

export type Row = Record<string, unknown>;

export interface Expected {
  output: string;
  rows?: Row[] | { $file: string };
  path?: string;
}

export interface Verdict {
  id: string;
  passed: boolean;
  reason?: string;
}
