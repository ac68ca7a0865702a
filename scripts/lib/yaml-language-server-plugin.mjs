/**
 * What esbuild needs to bundle yaml-language-server as a library: stubs for the parts of it that are never used
 * here, which are more than half of its size. The build also needs `mainFields: ["module", "main"]`, because
 * some of its dependencies are UMD modules whose `require` calls a bundler cannot follow.
 */

/** Module name -> code that takes its place. */
const STUBS = {
  // The formatter: documents are never formatted here.
  "prettier/standalone":
    "export const format = () => { throw new Error('Formatting is not part of this build.'); };",
  "prettier/plugins/yaml": "export default {};",
  "prettier/plugins/estree": "export default {};",
  // Ajv judges schemas that name their dialect with `$schema`, which the ones given to it here never do.
  // Compiling its meta-schemas would take longer than everything else that loading the library does.
  ajv: ajvStub(),
  "ajv/dist/2019.js": ajvStub(),
  "ajv/dist/2020.js": ajvStub(),
  "ajv-draft-04": ajvStub(),
  "ajv-i18n": "export default { default: { en: () => {} } };",
};

function ajvStub() {
  return "export default { default: class { defaultMeta() { return 'none'; } getSchema() { return () => true; } } };";
}

/**
 * @returns {import("esbuild").Plugin} replaces the unused parts of yaml-language-server, wherever it imports them
 */
export function yamlLanguageServerPlugin() {
  const filter = new RegExp(`^(?:${Object.keys(STUBS).join("|")})$`);
  return {
    name: "yaml-language-server",
    setup(build) {
      build.onResolve({ filter }, ({ path, importer }) =>
        /[\\/]yaml-language-server[\\/]/.test(importer) ? { path, namespace: "nines-stub" } : undefined,
      );
      build.onLoad({ filter: /.*/, namespace: "nines-stub" }, ({ path }) => ({
        contents: STUBS[path],
        loader: "js",
      }));
    },
  };
}
