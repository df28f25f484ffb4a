import "virtual:palette.css";
import { startI18n } from "@/platform/i18n/i18n";

void startI18n();
