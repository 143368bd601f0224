"""Statements as OFX 1 and CAMT.053, with balances that agree with their bookings."""

from decimal import Decimal
from xml.sax.saxutils import escape

from demo.household import Holding
from demo.movements import Movement, Period


def ofx(holding: Holding, period: Period) -> bytes:
    """Return an OFX 1.02 file (https://financialdataexchange.org)."""
    rows = "\n".join(
        f"<STMTTRN><TRNTYPE>{'DEBIT' if m.amount < 0 else 'CREDIT'}<DTPOSTED>{m.day:%Y%m%d}120000"
        f"<TRNAMT>{m.amount}<FITID>{period.name}-{number}<NAME>{escape(m.payee)[:32]}"
        f"<MEMO>{escape(m.text)}</STMTTRN>"
        for number, m in enumerate(period.movements)
    )
    return (
        "OFXHEADER:100\nDATA:OFXSGML\nVERSION:102\nSECURITY:NONE\nENCODING:USASCII\n"
        "CHARSET:1252\nCOMPRESSION:NONE\nOLDFILEUID:NONE\nNEWFILEUID:NONE\n\n"
        "<OFX><SIGNONMSGSRSV1><SONRS><STATUS><CODE>0<SEVERITY>INFO</STATUS>"
        f"<DTSERVER>{period.last:%Y%m%d}<LANGUAGE>ENG</SONRS></SIGNONMSGSRSV1>"
        "<BANKMSGSRSV1><STMTTRNRS><TRNUID>1<STATUS><CODE>0<SEVERITY>INFO</STATUS>"
        f"<STMTRS><CURDEF>{holding.currency}<BANKACCTFROM><BANKID>999900001"
        f"<ACCTID>{holding.number}<ACCTTYPE>CHECKING</BANKACCTFROM>"
        f"<BANKTRANLIST><DTSTART>{period.first:%Y%m%d}<DTEND>{period.last:%Y%m%d}\n{rows}\n"
        f"</BANKTRANLIST><LEDGERBAL><BALAMT>{period.closing}<DTASOF>{period.last:%Y%m%d}"
        "</LEDGERBAL></STMTRS></STMTTRNRS></BANKMSGSRSV1></OFX>\n"
    ).encode("cp1252")


def camt(holding: Holding, period: Period) -> bytes:
    """Return a CAMT.053.001.02 message (https://www.iso20022.org)."""
    entries = "\n".join(
        _entry(holding, movement, f"{period.name}-{number}")
        for number, movement in enumerate(period.movements)
    )
    balances = _balance(holding, "OPBD", period.opening, f"{period.first}") + _balance(
        holding, "CLBD", period.closing, f"{period.last}"
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.02"><BkToCstmrStmt>'
        f"<GrpHdr><MsgId>{holding.key}-{period.name}</MsgId>"
        f"<CreDtTm>{period.last}T22:00:00</CreDtTm></GrpHdr>\n"
        f"<Stmt><Id>{period.name}</Id><CreDtTm>{period.last}T22:00:00</CreDtTm>"
        f"<FrToDt><FrDtTm>{period.first}T00:00:00</FrDtTm><ToDtTm>{period.last}T23:59:59</ToDtTm>"
        f"</FrToDt><Acct><Id><IBAN>{holding.number}</IBAN></Id><Ccy>{holding.currency}</Ccy>"
        f"</Acct>{balances}\n{entries}\n</Stmt></BkToCstmrStmt></Document>\n"
    ).encode()


def _balance(holding: Holding, code: str, amount: Decimal, day: str) -> str:
    side = "DBIT" if amount < 0 else "CRDT"
    return (
        f"<Bal><Tp><CdOrPrtry><Cd>{code}</Cd></CdOrPrtry></Tp>"
        f'<Amt Ccy="{holding.currency}">{abs(amount)}</Amt><CdtDbtInd>{side}</CdtDbtInd>'
        f"<Dt><Dt>{day}</Dt></Dt></Bal>"
    )


def _entry(holding: Holding, movement: Movement, number: str) -> str:
    side, role = ("DBIT", "Cdtr") if movement.amount < 0 else ("CRDT", "Dbtr")
    return (
        f'<Ntry><Amt Ccy="{holding.currency}">{abs(movement.amount)}</Amt>'
        f"<CdtDbtInd>{side}</CdtDbtInd><Sts>BOOK</Sts>"
        f"<BookgDt><Dt>{movement.day}</Dt></BookgDt><ValDt><Dt>{movement.day}</Dt></ValDt>"
        f"<AcctSvcrRef>{number}</AcctSvcrRef><NtryDtls><TxDtls>"
        f"<Refs><EndToEndId>{escape(movement.reference)}</EndToEndId></Refs>"
        f"<RltdPties><{role}><Nm>{escape(movement.payee)}</Nm></{role}></RltdPties>"
        f"<RmtInf><Ustrd>{escape(movement.text)}</Ustrd></RmtInf></TxDtls></NtryDtls></Ntry>"
    )
