import js from "@eslint/js";
import hooks from "eslint-plugin-react-hooks";
import globals from "globals";
import ts from "typescript-eslint";
import { zones } from "./lint/zones.js";

export default ts.config(
  { ignores: ["dist", "node_modules", "src/platform/api/schema.d.ts"] },
  js.configs.recommended,
  ...ts.configs.recommended,
  {
    files: ["src/**/*.{ts,tsx}"],
    languageOptions: { globals: globals.browser },
    plugins: { zones, "react-hooks": hooks },
    rules: {
      "zones/one-way": "error",
      "react-hooks/rules-of-hooks": "error",
      "react-hooks/exhaustive-deps": "error",
      "no-restricted-syntax": [
        "error",
        { selector: "ExportDefaultDeclaration", message: "Named exports only." },
        { selector: "Literal[value=/^#[0-9a-fA-F]{3,8}$/]", message: "Colours live in theme.ts only." },
      ],
      "no-console": ["error", { allow: ["warn", "error"] }],
      eqeqeq: ["error", "always", { null: "ignore" }],
      "@typescript-eslint/consistent-type-imports": "error",
      "@typescript-eslint/no-unused-vars": ["error", { argsIgnorePattern: "^_" }],
      "max-lines": ["error", { max: 400, skipBlankLines: true, skipComments: true }],
    },
  },
  { files: ["src/theme.ts"], rules: { "no-restricted-syntax": "off" } },
  { files: ["scripts/**", "lint/**", "*.config.*", "vite/**"], languageOptions: { globals: globals.node } },
);
