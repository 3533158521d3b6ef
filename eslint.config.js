const tseslint = require('typescript-eslint');

/** The size budget: small files, small functions, few parameters. Tests may be longer, never wider. */
const budget = {
  'max-lines': ['error', { max: 400, skipBlankLines: false, skipComments: false }],
  'max-lines-per-function': ['error', { max: 60, skipBlankLines: true, skipComments: true, IIFEs: true }],
  'max-params': ['error', 4],
  complexity: ['error', 20],
};

module.exports = tseslint.config(
  { ignores: ['dist/**', 'node_modules/**', '.weir/**', '.package/**', 'coverage/**', 'dashboard/vendor/**', '**/assembly/**'] },
  ...tseslint.configs.recommended,
  {
    files: ['**/*.ts'],
    rules: {
      ...budget,
      'no-console': 'error',
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      '@typescript-eslint/consistent-type-imports': 'error',
      eqeqeq: ['error', 'always'],
    },
  },
  { files: ['**/*.js'], rules: { '@typescript-eslint/no-require-imports': 'off' } },
  { files: ['local/cli/**/*.ts', 'benchmarks/**/*.ts'], rules: { 'no-console': 'off' } },
  // A describe block is a table of contents, not a function with a job.
  { files: ['tests/**/*.ts'], rules: { 'max-lines-per-function': 'off' } },
);
