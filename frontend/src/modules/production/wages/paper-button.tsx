/** The wage slip as PDF, in the language of who hands it out or in the other one. */
import { Printer } from "lucide-react";
import { useTranslation } from "react-i18next";
import type { Row } from "@/platform/records/types";
import { Button } from "@/ui/button";
import { Menu } from "@/ui/overlay/menu";

const LANGUAGES = ["zh-hans", "en"] as const;

export function PaperButton({ record }: { record: Row }) {
  const { t } = useTranslation("wages");
  const open = (language: string) => window.open(`/api/v1/production/wage-slips/${record.id}/paper.pdf?language=${language}`, "_blank", "noopener");
  return (
    <Menu label={t("print")} align="end" items={LANGUAGES.map((language) => ({ key: language, label: t(`in.${language}`), onSelect: () => open(language) }))}
      trigger={(trigger) => <Button {...trigger} icon={<Printer size={16} />}>{t("print")}</Button>} />
  );
}
