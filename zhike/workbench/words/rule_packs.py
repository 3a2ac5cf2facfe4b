"""Words of folders of rules, as the page of rules heads them."""

from __future__ import annotations

from typing import Final

from zhike.core.language import Text

__all__ = ["WORDS"]

WORDS: Final[dict[str, Text]] = {
    "pack.access": Text("Access", "访问权限", "存取權限"),
    "pack.applicability": Text("To whom an action applies", "行动适用范围", "行動適用範圍"),
    "pack.audit": Text("Audit trail", "审计轨迹", "稽核軌跡"),
    "pack.calendars": Text("Working days", "工作日历", "工作日曆"),
    "pack.catalogue": Text("Catalogue of actions", "行动目录", "行動目錄"),
    "pack.cn.civil_code": Text("China: civil code", "中国：民法典", "中國：民法典"),
    "pack.cn.complaints": Text("China: complaints", "中国：投诉", "中國：申訴"),
    "pack.cn.csrc.suitability": Text("China, securities: suitability", "中国证券：适当性", "中國證券：適當性"),
    "pack.cn.nfra.insurance": Text("China, insurance", "中国保险", "中國保險"),
    "pack.cn.nfra.suitability": Text("China, banks: suitability", "中国银行业：适当性", "中國銀行業：適當性"),
    "pack.cn.recording": Text("China: recording of sales", "中国：销售过程录音录像", "中國：銷售過程錄音錄影"),
    "pack.complaints": Text("Complaints in the house", "本行投诉处理", "本行申訴處理"),
    "pack.consent": Text("Consent", "客户同意", "客戶同意"),
    "pack.contact": Text("Contacts", "客户联系", "客戶聯絡"),
    "pack.day": Text("The day of staff", "员工每日安排", "員工每日安排"),
    "pack.delivery": Text("What leaves the house", "对外发送", "對外發送"),
    "pack.eligibility.general": Text("Eligibility", "准入条件", "資格條件"),
    "pack.eligibility.regime": Text("Eligibility by jurisdiction", "各法域准入条件", "各法域資格條件"),
    "pack.eu.complaints": Text("European Union: complaints", "欧盟：投诉", "歐盟：申訴"),
    "pack.eu.mifid.far_trans": Text("European Union: suitability, as in the data FAR-Trans", "欧盟：适当性（FAR-Trans 数据）", "歐盟：適當性（FAR-Trans 資料）"),
    "pack.eu.mifid.suitability": Text("European Union: suitability", "欧盟：适当性", "歐盟：適當性"),
    "pack.fairness": Text("Fairness", "公平", "公平"),
    "pack.hk.complaints": Text("Hong Kong: complaints", "香港：投诉", "香港：申訴"),
    "pack.indicators": Text("Indicators", "指标", "指標"),
    "pack.instruments": Text("Questionnaires", "问卷", "問卷"),
    "pack.journeys": Text("Journeys", "客户旅程", "客戶旅程"),
    "pack.know": Text("What is known of customers", "客户信息", "客戶資訊"),
    "pack.know.needs": Text("Needs", "客户需求", "客戶需求"),
    "pack.know.quality": Text("Quality of data", "数据质量", "資料品質"),
    "pack.know.salary_like": Text("Incomes like a salary", "类工资收入", "類薪資收入"),
    "pack.know.segments": Text("Segments", "客户分群", "客戶分群"),
    "pack.learn": Text("Learning", "模型学习", "模型學習"),
    "pack.listening": Text("Listening to customers", "倾听客户", "傾聽客戶"),
    "pack.policies": Text("Policies", "策略", "策略"),
    "pack.privacy": Text("Privacy", "隐私", "隱私"),
    "pack.rs.complaints": Text("Serbia: complaints", "塞尔维亚：投诉", "塞爾維亞：申訴"),
    "pack.ru.complaints": Text("Russia: complaints", "俄罗斯：投诉", "俄羅斯：申訴"),
    "pack.service": Text("Service", "服务", "服務"),
    "pack.standard": Text("Standards", "通用标准", "通用標準"),
    "pack.standard.iso4217": Text("Currencies (ISO 4217)", "货币（ISO 4217）", "貨幣（ISO 4217）"),
    "pack.surveys": Text("Surveys", "调查", "調查"),
    "pack.uk.complaints": Text("United Kingdom: complaints", "英国：投诉", "英國：申訴"),
    "pack.us.complaints": Text("United States: complaints", "美国：投诉", "美國：申訴"),
}  # fmt: skip
