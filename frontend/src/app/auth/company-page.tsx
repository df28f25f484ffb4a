/** Sign up, second half: the company. Its address is checked while it is typed; a taken one comes with free ones. */
import { useQuery } from "@tanstack/react-query";
import { useMemo, useState, type FormEvent } from "react";
import { useTranslation } from "react-i18next";
import { isProblem, type Problem, Unreachable } from "@/platform/api/problem";
import { newIdempotencyKey } from "@/platform/api/request";
import { currentLanguage, serverTag } from "@/platform/i18n/i18n";
import { AppLink } from "@/platform/records/entity-link";
import { useDebounced } from "@/platform/records/use-debounced";
import { Button, useBusy } from "@/ui/button";
import { CheckLine, SelectField, TextField, type Option } from "@/ui/controls";
import { AuthFrame } from "./auth-frame";
import { checkSlug, createCompany, enterCompany, signupOptions, slugFrom, type NewCompany } from "./companies";

const myZone = () => Intl.DateTimeFormat().resolvedOptions().timeZone;
const currencyOf = (zone: string) => (zone === "Asia/Shanghai" || currentLanguage() === "zh" ? "CNY" : zone.startsWith("Europe/") ? "EUR" : "USD");
const pick = (options: Option[] | undefined, ...wanted: string[]) => wanted.find((value) => options?.some((option) => option.value === value)) ?? options?.[0]?.value ?? "";

export function CompanyPage() {
  const { t } = useTranslation("auth");
  const language = currentLanguage();
  const options = useQuery({ queryKey: ["signup", "options", language], queryFn: signupOptions, staleTime: Infinity });
  const [typed, setTyped] = useState<Partial<NewCompany>>({});
  const [key] = useState(newIdempotencyKey);
  const [problem, setProblem] = useState<Problem>();
  const [trouble, setTrouble] = useState("");
  const [busy, run] = useBusy();

  const company = useMemo<NewCompany>(
    () => ({
      name: typed.name ?? "",
      slug: typed.slug ?? slugFrom(typed.name ?? ""),
      industry: typed.industry ?? pick(options.data?.industries, "manufacturing"),
      language: typed.language ?? pick(options.data?.languages, serverTag(language)),
      currency: typed.currency ?? pick(options.data?.currencies, currencyOf(myZone()), "USD", "CNY"),
      time_zone: typed.time_zone ?? pick(options.data?.time_zones, myZone(), "Asia/Shanghai"),
      sample_data: typed.sample_data ?? false,
    }),
    [typed, options.data, language],
  );
  const set = (change: Partial<NewCompany>) => setTyped((known) => ({ ...known, ...change }));

  const slug = useDebounced(company.slug, 300);
  const verdict = useQuery({ queryKey: ["slug", slug, language], queryFn: ({ signal }) => checkSlug(slug, company.name, signal), enabled: slug.length > 0, staleTime: 20_000 });
  const settled = verdict.data && slug === company.slug ? verdict.data : undefined;
  const slugError = settled && !settled.available ? (settled.reason ?? t("slug_taken")) : isProblem(verdict.error) && slug === company.slug ? (verdict.error.errorOf("slug") ?? verdict.error.message) : problem?.errorOf("slug");

  const submit = (event: FormEvent) => {
    event.preventDefault();
    void run(async () => {
      setTrouble("");
      setProblem(undefined);
      try {
        const made = await createCompany(company, key);
        await enterCompany(made.slug);
      } catch (error) {
        if (isProblem(error)) setProblem(error);
        else setTrouble(error instanceof Unreachable ? t("unreachable") : t("failed"));
      }
    });
  };

  if (busy) {
    return (
      <AuthFrame>
        <h1>{t("creating_title", { name: company.name })}</h1>
        <p className="sub" role="status">{t("creating_sub")}</p>
      </AuthFrame>
    );
  }
  const shown = ["name", "slug", "industry", "language", "currency", "time_zone"];
  const loose = problem && !problem.errors.some((error) => shown.includes(error.field)) ? problem.message : trouble;
  const selects = [
    ["industry", options.data?.industries], ["language", options.data?.languages], ["currency", options.data?.currencies], ["time_zone", options.data?.time_zones],
  ] as const;
  return (
    <AuthFrame>
      <h1>{t("company_title")}</h1>
      <p className="sub">{t("company_sub")}</p>
      <form onSubmit={submit} noValidate>
        {loose && <p className="said bad" role="alert">{loose}</p>}
        <TextField label={t("company_name")} name="organization" autoComplete="organization" large autoFocus required value={company.name} onChange={(event) => set({ name: event.target.value })} error={problem?.errorOf("name")} />
        <div>
          <TextField
            label={t("company_address")} large required spellCheck={false} autoCapitalize="none" suffix={`.${options.data?.domain ?? window.location.host}`} value={company.slug}
            onChange={(event) => set({ slug: event.target.value.toLowerCase().replace(/\s+/g, "-") })}
            error={slugError} good={settled?.available ? t("slug_free") : undefined} note={t("slug_note")}
          />
          {settled && !settled.available && (settled.suggestions?.length ?? 0) > 0 && (
            <div className="suggestions">
              {settled.suggestions?.map((free) => (
                <button key={free} type="button" onClick={() => set({ slug: free })}>{free}</button>
              ))}
            </div>
          )}
        </div>
        <div className="pair">
          {selects.map(([field, list]) => (
            <SelectField key={field} label={t(`company_${field}`)} large options={list ?? []} disabled={!list} value={company[field]} onChange={(event) => set({ [field]: event.target.value })} error={problem?.errorOf(field)} />
          ))}
        </div>
        {options.data?.sample_data && <CheckLine checked={company.sample_data} onChange={(event) => set({ sample_data: event.target.checked })}>{t("sample_data")}</CheckLine>}
        <div className="submit">
          <Button submit variant="primary" size="large" block disabled={!company.name || !company.slug || settled?.available === false || !options.data}>{t("create_company")}</Button>
          <p className="fine"><AppLink to="/companies/restore">{t("restore_company")}</AppLink></p>
        </div>
      </form>
    </AuthFrame>
  );
}
