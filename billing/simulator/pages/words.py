"""The words of the hosted pages, English and Chinese."""

from __future__ import annotations

from collections.abc import Callable

ZH = {
    "Test mode": "测试模式",
    "Simulated Stripe: no real card is taken and no money moves.": "模拟 Stripe：不收真实银行卡，也不产生资金往来。",
    "Subscribe": "订阅",
    "Start trial": "开始试用",
    "Save card": "保存银行卡",
    "Total due today": "今日应付合计",
    "Subtotal": "小计",
    "Discount": "折扣",
    "Tax": "税费",
    "Then {amount} {per}": "之后{per} {amount}",
    "until {date} free": "{date} 前免费",
    "per day": "每天",
    "per week": "每周",
    "per month": "每月",
    "per year": "每年",
    "Quantity": "数量",
    "Update": "更新",
    "Promotion code": "优惠码",
    "Apply": "使用",
    "This code is invalid.": "此优惠码无效。",
    "Contact": "联系方式",
    "Email": "电子邮箱",
    "Payment": "付款方式",
    "Card number": "卡号",
    "Expiry (MM / YY)": "有效期（月 / 年）",
    "Security code": "安全码",
    "Name on card": "持卡人姓名",
    "Country": "国家或地区",
    "Tax ID": "税号",
    "Tax ID type": "税号类型",
    "Company name": "公司名称",
    "Cancel and go back": "取消并返回",
    "This page has expired.": "此页面已过期。",
    "Go back and begin again.": "请返回重新开始。",
    "Confirm that it is you": "请验证您的身份",
    "Your bank asks you to confirm this payment.": "您的银行要求确认这笔付款。",
    "Complete": "完成验证",
    "Fail": "验证失败",
    "Your subscriptions": "您的订阅",
    "Payment methods": "付款方式",
    "Invoices": "账单",
    "Back": "返回",
    "Add card": "添加银行卡",
    "Default": "默认",
    "Make default": "设为默认",
    "Remove": "移除",
    "expires {month}/{year}": "有效期至 {month}/{year}",
    "No card is kept yet.": "尚未保存银行卡。",
    "No invoice yet.": "尚无账单。",
    "No subscription.": "没有订阅。",
    "Cancel subscription": "取消订阅",
    "Keep subscription": "保留订阅",
    "Ends on {date}": "将于 {date} 结束",
    "Renews on {date}": "将于 {date} 续订",
    "Trial until {date}": "试用至 {date}",
    "Pay {amount}": "支付 {amount}",
    "Pay": "支付",
    "Invoice": "账单",
    "Invoice number": "账单编号",
    "Date": "日期",
    "Due date": "到期日",
    "Billed to": "付款方",
    "Description": "说明",
    "Amount": "金额",
    "Total": "合计",
    "Applied balance": "已抵扣余额",
    "Amount due": "应付金额",
    "Amount paid": "已付金额",
    "Download": "下载",
    "Paid": "已支付",
    "View": "查看",
    "Test cards": "测试卡号",
    "succeeds": "成功",
    "declined": "被拒",
    "insufficient funds": "余额不足",
    "asks to confirm": "需要验证",
    "fails later": "保存成功，扣款失败",
    "active": "有效",
    "trialing": "试用中",
    "past_due": "逾期",
    "unpaid": "未支付",
    "paused": "已暂停",
    "canceled": "已取消",
    "incomplete": "未完成",
    "incomplete_expired": "未完成已过期",
    "draft": "草稿",
    "open": "待支付",
    "paid": "已支付",
    "void": "已作废",
    "uncollectible": "坏账",
    "Your card was declined.": "您的银行卡被拒。",
    "Your card has insufficient funds.": "您的银行卡余额不足。",
    "Your card has expired.": "您的银行卡已过期。",
    "Your card's security code is incorrect.": "安全码不正确。",
    "Your card number is incorrect.": "卡号不正确。",
    "An error occurred while processing your card. Try again in a little bit.": "处理银行卡时出错，请稍后再试。",
    "This is not a test card.": "这不是测试卡号。",
    "The expiry date is not valid.": "有效期不正确。",
    "The card could not be confirmed. Try another one.": "银行卡验证未通过，请换一张卡。",
    "An email address is needed.": "请填写电子邮箱。",
    "Nothing is due.": "无需付款。",
    "Invoice is paid. Thank you.": "账单已支付，谢谢。",
}


def translator(language: str) -> Callable[..., str]:
    """`_("English", name=value)` for the templates."""

    def translate(text: str, **values: object) -> str:
        words = ZH.get(text, text) if language == "zh" else text
        return words.format(**{k: translate(str(v)) for k, v in values.items()}) if values else words

    return translate


def language_of(locale: str | None, accepted: str) -> str:
    """What the session says; with `auto`, what the browser prefers."""
    if locale and locale != "auto":
        return "zh" if locale.lower().startswith("zh") else "en"
    first = accepted.split(",")[0].strip().lower()
    return "zh" if first.startswith("zh") else "en"
