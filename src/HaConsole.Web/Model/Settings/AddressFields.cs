using HaConsole.Engine.Configuration;

namespace HaConsole.Web.Model.Settings;

/// <summary>Fields of a managed address.</summary>
public static class AddressFields
{
    /// <summary>All of them, in their order.</summary>
    public static IReadOnlyList<FieldSpec> All { get; } =
    [
        new(nameof(AddressDefinition.Name), FieldKind.Text),
        new(nameof(AddressDefinition.Address), FieldKind.Text),
        new(nameof(AddressDefinition.Interface), FieldKind.Text),
        new(nameof(AddressDefinition.SwitchInterface), FieldKind.Flag),
        new(nameof(AddressDefinition.Order), FieldKind.Choice) { Choices = Enum.GetNames<AddressOrder>() },
        new(nameof(AddressDefinition.Announcements), FieldKind.Whole),
        new(nameof(AddressDefinition.AnnounceInterval), FieldKind.Number),
        new(nameof(AddressDefinition.Label), FieldKind.Text),
        new(nameof(AddressDefinition.AddCommand), FieldKind.Lines),
        new(nameof(AddressDefinition.RemoveCommand), FieldKind.Lines),
    ];
}
