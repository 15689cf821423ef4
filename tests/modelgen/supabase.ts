export type Database = {
  api: {
    Tables: {
      things: {
        Row: {
          id: string
          parent: string | null
          pet: number | null
          plain: Database["public"]["Enums"]["plain"] | null
          size: Database["api"]["Enums"]["size"]
          thing_name: string | null
        }
        ComputedFields: "thing_name"
        Insert: {
          id?: string
          parent?: string | null
          pet?: number | null
          plain?: Database["public"]["Enums"]["plain"] | null
          size: Database["api"]["Enums"]["size"]
        }
        Update: {
          id?: string
          parent?: string | null
          pet?: number | null
          plain?: Database["public"]["Enums"]["plain"] | null
          size?: Database["api"]["Enums"]["size"]
        }
        Relationships: [
          {
            foreignKeyName: "things_parent_fkey"
            columns: ["parent"]
            isOneToOne: false
            referencedRelation: "shown"
            referencedColumns: ["id"]
          },
          {
            foreignKeyName: "things_parent_fkey"
            columns: ["parent"]
            isOneToOne: false
            referencedRelation: "things"
            referencedColumns: ["id"]
          },
          {
            foreignKeyName: "things_pet_fkey"
            columns: ["pet"]
            isOneToOne: false
            referencedRelation: "pets_of"
            referencedColumns: ["id"]
          },
        ]
      }
    }
    Views: {
      pets_of: {
        Row: {
          id: number
          owner: number
        }
        ComputedFields: never
        Insert: {
          id?: number | null
          owner?: number | null
        }
        Update: {
          id?: number | null
          owner?: number | null
        }
        Relationships: []
      }
      shown: {
        Row: {
          id: string
          parent: string | null
        }
        ComputedFields: never
        Insert: {
          id?: string | null
          parent?: string | null
        }
        Update: {
          id?: string | null
          parent?: string | null
        }
        Relationships: [
          {
            foreignKeyName: "things_parent_fkey"
            columns: ["parent"]
            isOneToOne: false
            referencedRelation: "shown"
            referencedColumns: ["id"]
          },
          {
            foreignKeyName: "things_parent_fkey"
            columns: ["parent"]
            isOneToOne: false
            referencedRelation: "things"
            referencedColumns: ["id"]
          },
        ]
      }
    }
    Functions: {
      of_public: {
        Args: {
          p: Omit<
            Database["public"]["Tables"]["pets"]["Row"],
            Database["public"]["Tables"]["pets"]["ComputedFields"]
          >
        }
        Returns: Database["public"]["Tables"]["pets"]["Row"]
        SetofOptions: {
          from: "pets"
          to: "pets"
          isOneToOne: true
          isSetofReturn: false
        }
      }
      thing_name: {
        Args: { "": Database["api"]["Tables"]["things"]["Row"] }
        Returns: {
          error: true
        } & "the function api.thing_name with parameter or with a single unnamed json/jsonb parameter, but no matches were found in the schema cache"
      }
    }
    Enums: {
      size: "small" | "large"
      uuid: "x"
    }
    CompositeTypes: {
      box: {
        width: number | null
        size: Database["api"]["Enums"]["size"] | null
        deep: Database["public"]["Enums"]["plain"][] | null
      }
    }
  }
  public: {
    Tables: {
      across: {
        Row: {
          id: number
          pet: number | null
        }
        ComputedFields: never
        Insert: {
          id: number
          pet?: number | null
        }
        Update: {
          id?: number
          pet?: number | null
        }
        Relationships: [
          {
            foreignKeyName: "across_pet_fkey"
            columns: ["pet"]
            isOneToOne: false
            referencedRelation: "distinct_ones"
            referencedColumns: ["id"]
          },
          {
            foreignKeyName: "across_pet_fkey"
            columns: ["pet"]
            isOneToOne: false
            referencedRelation: "full_joined"
            referencedColumns: ["id"]
          },
          {
            foreignKeyName: "across_pet_fkey"
            columns: ["pet"]
            isOneToOne: false
            referencedRelation: "inner_joined"
            referencedColumns: ["id"]
          },
          {
            foreignKeyName: "across_pet_fkey"
            columns: ["pet"]
            isOneToOne: false
            referencedRelation: "left_joined"
            referencedColumns: ["id"]
          },
          {
            foreignKeyName: "across_pet_fkey"
            columns: ["pet"]
            isOneToOne: false
            referencedRelation: "of_subquery"
            referencedColumns: ["id"]
          },
          {
            foreignKeyName: "across_pet_fkey"
            columns: ["pet"]
            isOneToOne: false
            referencedRelation: "of_view"
            referencedColumns: ["pet"]
          },
          {
            foreignKeyName: "across_pet_fkey"
            columns: ["pet"]
            isOneToOne: false
            referencedRelation: "pet_names"
            referencedColumns: ["id"]
          },
          {
            foreignKeyName: "across_pet_fkey"
            columns: ["pet"]
            isOneToOne: false
            referencedRelation: "pets"
            referencedColumns: ["id"]
          },
          {
            foreignKeyName: "across_pet_fkey"
            columns: ["pet"]
            isOneToOne: false
            referencedRelation: "right_joined"
            referencedColumns: ["id"]
          },
          {
            foreignKeyName: "across_pet_fkey"
            columns: ["pet"]
            isOneToOne: false
            referencedRelation: "two_keys"
            referencedColumns: ["id"]
          },
        ]
      }
      nothing_at_all: {
        Row: {}
        ComputedFields: never
        Insert: {}
        Update: {}
        Relationships: []
      }
      one: {
        Row: {
          owner: number
          pet: number | null
        }
        ComputedFields: never
        Insert: {
          owner: number
          pet?: number | null
        }
        Update: {
          owner?: number
          pet?: number | null
        }
        Relationships: [
          {
            foreignKeyName: "one_owner_fkey"
            columns: ["owner"]
            isOneToOne: true
            referencedRelation: "full_joined"
            referencedColumns: ["owner_id"]
          },
          {
            foreignKeyName: "one_owner_fkey"
            columns: ["owner"]
            isOneToOne: true
            referencedRelation: "inner_joined"
            referencedColumns: ["owner_id"]
          },
          {
            foreignKeyName: "one_owner_fkey"
            columns: ["owner"]
            isOneToOne: true
            referencedRelation: "left_joined"
            referencedColumns: ["owner_id"]
          },
          {
            foreignKeyName: "one_owner_fkey"
            columns: ["owner"]
            isOneToOne: true
            referencedRelation: "of_cte"
            referencedColumns: ["id"]
          },
          {
            foreignKeyName: "one_owner_fkey"
            columns: ["owner"]
            isOneToOne: true
            referencedRelation: "of_subquery"
            referencedColumns: ["tid"]
          },
          {
            foreignKeyName: "one_owner_fkey"
            columns: ["owner"]
            isOneToOne: true
            referencedRelation: "owners"
            referencedColumns: ["id"]
          },
          {
            foreignKeyName: "one_owner_fkey"
            columns: ["owner"]
            isOneToOne: true
            referencedRelation: "right_joined"
            referencedColumns: ["owner_id"]
          },
          {
            foreignKeyName: "one_owner_fkey"
            columns: ["owner"]
            isOneToOne: true
            referencedRelation: "stored"
            referencedColumns: ["id"]
          },
          {
            foreignKeyName: "one_owner_fkey"
            columns: ["owner"]
            isOneToOne: true
            referencedRelation: "using_joined"
            referencedColumns: ["id"]
          },
          {
            foreignKeyName: "one_pet_fkey"
            columns: ["pet"]
            isOneToOne: false
            referencedRelation: "distinct_ones"
            referencedColumns: ["id"]
          },
          {
            foreignKeyName: "one_pet_fkey"
            columns: ["pet"]
            isOneToOne: false
            referencedRelation: "full_joined"
            referencedColumns: ["id"]
          },
          {
            foreignKeyName: "one_pet_fkey"
            columns: ["pet"]
            isOneToOne: false
            referencedRelation: "inner_joined"
            referencedColumns: ["id"]
          },
          {
            foreignKeyName: "one_pet_fkey"
            columns: ["pet"]
            isOneToOne: false
            referencedRelation: "left_joined"
            referencedColumns: ["id"]
          },
          {
            foreignKeyName: "one_pet_fkey"
            columns: ["pet"]
            isOneToOne: false
            referencedRelation: "of_subquery"
            referencedColumns: ["id"]
          },
          {
            foreignKeyName: "one_pet_fkey"
            columns: ["pet"]
            isOneToOne: false
            referencedRelation: "of_view"
            referencedColumns: ["pet"]
          },
          {
            foreignKeyName: "one_pet_fkey"
            columns: ["pet"]
            isOneToOne: false
            referencedRelation: "pet_names"
            referencedColumns: ["id"]
          },
          {
            foreignKeyName: "one_pet_fkey"
            columns: ["pet"]
            isOneToOne: false
            referencedRelation: "pets"
            referencedColumns: ["id"]
          },
          {
            foreignKeyName: "one_pet_fkey"
            columns: ["pet"]
            isOneToOne: false
            referencedRelation: "right_joined"
            referencedColumns: ["id"]
          },
          {
            foreignKeyName: "one_pet_fkey"
            columns: ["pet"]
            isOneToOne: false
            referencedRelation: "two_keys"
            referencedColumns: ["id"]
          },
        ]
      }
      owners: {
        Row: {
          "B c": number | null
          email: string | null
          id: number
          name: string
          best: {
            owner: number
            pet: number | null
          } | null
          full_name: string | null
          named_field: number | null
          one_of: {
            owner: number
            pet: number | null
          } | null
          pets_of: {
            "B c": number | null
            box: Database["api"]["CompositeTypes"]["box"] | null
            boxes: Database["api"]["CompositeTypes"]["box"][] | null
            given: number
            hidden: unknown[] | null
            id: number
            j: NonNullable<Json>
            jb: Json[]
            n: number | null
            name: string | null
            nothing: unknown
            o: unknown
            owner: number
            plain: Database["public"]["Enums"]["plain"]
            plains: Database["public"]["Enums"]["plain"][] | null
            row_: Database["public"]["Tables"]["owners"]["Row"] | null
            rows_: Database["public"]["Tables"]["owners"]["Row"][] | null
            second: number | null
            short: string | null
            shorter: unknown
            size: Database["api"]["Enums"]["size"] | null
            spans: unknown
            up: string | null
            vec: number[] | null
            whole: unknown
            words: string[] | null
          } | null
        }
        ComputedFields: "best" | "full_name" | "named_field" | "one_of" | "pets_of"
        Insert: {
          "B c"?: number | null
          email?: string | null
          id: number
          name: string
        }
        Update: {
          "B c"?: number | null
          email?: string | null
          id?: number
          name?: string
        }
        Relationships: []
      }
      pair_key: {
        Row: {
          a: number
          b: number
          c: number | null
        }
        ComputedFields: never
        Insert: {
          a: number
          b: number
          c?: number | null
        }
        Update: {
          a?: number
          b?: number
          c?: number | null
        }
        Relationships: []
      }
      pair_of: {
        Row: {
          a: number | null
          b: number | null
          x: number | null
        }
        ComputedFields: never
        Insert: {
          a?: number | null
          b?: number | null
          x?: number | null
        }
        Update: {
          a?: number | null
          b?: number | null
          x?: number | null
        }
        Relationships: [
          {
            foreignKeyName: "pair_of_key"
            columns: ["a", "b"]
            isOneToOne: false
            referencedRelation: "pair_key"
            referencedColumns: ["a", "b"]
          },
        ]
      }
      parts: {
        Row: {
          at: string
          id: number | null
          owner: number | null
        }
        ComputedFields: never
        Insert: {
          at: string
          id?: number | null
          owner?: number | null
        }
        Update: {
          at?: string
          id?: number | null
          owner?: number | null
        }
        Relationships: [
          {
            foreignKeyName: "parts_owner_fkey"
            columns: ["owner"]
            isOneToOne: false
            referencedRelation: "full_joined"
            referencedColumns: ["owner_id"]
          },
          {
            foreignKeyName: "parts_owner_fkey"
            columns: ["owner"]
            isOneToOne: false
            referencedRelation: "inner_joined"
            referencedColumns: ["owner_id"]
          },
          {
            foreignKeyName: "parts_owner_fkey"
            columns: ["owner"]
            isOneToOne: false
            referencedRelation: "left_joined"
            referencedColumns: ["owner_id"]
          },
          {
            foreignKeyName: "parts_owner_fkey"
            columns: ["owner"]
            isOneToOne: false
            referencedRelation: "of_cte"
            referencedColumns: ["id"]
          },
          {
            foreignKeyName: "parts_owner_fkey"
            columns: ["owner"]
            isOneToOne: false
            referencedRelation: "of_subquery"
            referencedColumns: ["tid"]
          },
          {
            foreignKeyName: "parts_owner_fkey"
            columns: ["owner"]
            isOneToOne: false
            referencedRelation: "owners"
            referencedColumns: ["id"]
          },
          {
            foreignKeyName: "parts_owner_fkey"
            columns: ["owner"]
            isOneToOne: false
            referencedRelation: "right_joined"
            referencedColumns: ["owner_id"]
          },
          {
            foreignKeyName: "parts_owner_fkey"
            columns: ["owner"]
            isOneToOne: false
            referencedRelation: "stored"
            referencedColumns: ["id"]
          },
          {
            foreignKeyName: "parts_owner_fkey"
            columns: ["owner"]
            isOneToOne: false
            referencedRelation: "using_joined"
            referencedColumns: ["id"]
          },
        ]
      }
      parts_1: {
        Row: {
          at: string
          id: number | null
          owner: number | null
        }
        ComputedFields: never
        Insert: {
          at: string
          id?: number | null
          owner?: number | null
        }
        Update: {
          at?: string
          id?: number | null
          owner?: number | null
        }
        Relationships: []
      }
      pets: {
        Row: {
          "B c": number | null
          box: Database["api"]["CompositeTypes"]["box"] | null
          boxes: Database["api"]["CompositeTypes"]["box"][] | null
          given: number
          hidden: unknown[] | null
          id: number
          j: NonNullable<Json>
          jb: Json[]
          n: number | null
          name: string | null
          nothing: unknown
          o: unknown
          owner: number
          plain: Database["public"]["Enums"]["plain"]
          plains: Database["public"]["Enums"]["plain"][] | null
          row_: Database["public"]["Tables"]["owners"]["Row"] | null
          rows_: Database["public"]["Tables"]["owners"]["Row"][] | null
          second: number | null
          short: string | null
          shorter: unknown
          size: Database["api"]["Enums"]["size"] | null
          spans: unknown
          up: string | null
          vec: number[] | null
          whole: unknown
          words: string[] | null
        }
        ComputedFields: never
        Insert: {
          "B c"?: number | null
          box?: Database["api"]["CompositeTypes"]["box"] | null
          boxes?: Database["api"]["CompositeTypes"]["box"][] | null
          given: number
          hidden?: unknown[] | null
          id?: never
          j: NonNullable<Json>
          jb: Json[]
          n?: number | null
          name?: string | null
          nothing?: unknown
          o?: unknown
          owner: number
          plain?: Database["public"]["Enums"]["plain"]
          plains?: Database["public"]["Enums"]["plain"][] | null
          row_?: Database["public"]["Tables"]["owners"]["Row"] | null
          rows_?: Database["public"]["Tables"]["owners"]["Row"][] | null
          second?: number | null
          short?: string | null
          shorter: unknown
          size?: Database["api"]["Enums"]["size"] | null
          spans?: unknown
          up?: never
          vec?: number[] | null
          whole?: unknown
          words?: string[] | null
        }
        Update: {
          "B c"?: number | null
          box?: Database["api"]["CompositeTypes"]["box"] | null
          boxes?: Database["api"]["CompositeTypes"]["box"][] | null
          given?: number
          hidden?: unknown[] | null
          id?: never
          j?: NonNullable<Json>
          jb?: Json[]
          n?: number | null
          name?: string | null
          nothing?: unknown
          o?: unknown
          owner?: number
          plain?: Database["public"]["Enums"]["plain"]
          plains?: Database["public"]["Enums"]["plain"][] | null
          row_?: Database["public"]["Tables"]["owners"]["Row"] | null
          rows_?: Database["public"]["Tables"]["owners"]["Row"][] | null
          second?: number | null
          short?: string | null
          shorter?: unknown
          size?: Database["api"]["Enums"]["size"] | null
          spans?: unknown
          up?: never
          vec?: number[] | null
          whole?: unknown
          words?: string[] | null
        }
        Relationships: [
          {
            foreignKeyName: "pets_owner_fkey"
            columns: ["owner"]
            isOneToOne: false
            referencedRelation: "full_joined"
            referencedColumns: ["owner_id"]
          },
          {
            foreignKeyName: "pets_owner_fkey"
            columns: ["owner"]
            isOneToOne: false
            referencedRelation: "inner_joined"
            referencedColumns: ["owner_id"]
          },
          {
            foreignKeyName: "pets_owner_fkey"
            columns: ["owner"]
            isOneToOne: false
            referencedRelation: "left_joined"
            referencedColumns: ["owner_id"]
          },
          {
            foreignKeyName: "pets_owner_fkey"
            columns: ["owner"]
            isOneToOne: false
            referencedRelation: "of_cte"
            referencedColumns: ["id"]
          },
          {
            foreignKeyName: "pets_owner_fkey"
            columns: ["owner"]
            isOneToOne: false
            referencedRelation: "of_subquery"
            referencedColumns: ["tid"]
          },
          {
            foreignKeyName: "pets_owner_fkey"
            columns: ["owner"]
            isOneToOne: false
            referencedRelation: "owners"
            referencedColumns: ["id"]
          },
          {
            foreignKeyName: "pets_owner_fkey"
            columns: ["owner"]
            isOneToOne: false
            referencedRelation: "right_joined"
            referencedColumns: ["owner_id"]
          },
          {
            foreignKeyName: "pets_owner_fkey"
            columns: ["owner"]
            isOneToOne: false
            referencedRelation: "stored"
            referencedColumns: ["id"]
          },
          {
            foreignKeyName: "pets_owner_fkey"
            columns: ["owner"]
            isOneToOne: false
            referencedRelation: "using_joined"
            referencedColumns: ["id"]
          },
          {
            foreignKeyName: "pets_pair"
            columns: ["B c", "name"]
            isOneToOne: false
            referencedRelation: "owners"
            referencedColumns: ["B c", "name"]
          },
          {
            foreignKeyName: "pets_second_fkey"
            columns: ["second"]
            isOneToOne: true
            referencedRelation: "full_joined"
            referencedColumns: ["owner_id"]
          },
          {
            foreignKeyName: "pets_second_fkey"
            columns: ["second"]
            isOneToOne: true
            referencedRelation: "inner_joined"
            referencedColumns: ["owner_id"]
          },
          {
            foreignKeyName: "pets_second_fkey"
            columns: ["second"]
            isOneToOne: true
            referencedRelation: "left_joined"
            referencedColumns: ["owner_id"]
          },
          {
            foreignKeyName: "pets_second_fkey"
            columns: ["second"]
            isOneToOne: true
            referencedRelation: "of_cte"
            referencedColumns: ["id"]
          },
          {
            foreignKeyName: "pets_second_fkey"
            columns: ["second"]
            isOneToOne: true
            referencedRelation: "of_subquery"
            referencedColumns: ["tid"]
          },
          {
            foreignKeyName: "pets_second_fkey"
            columns: ["second"]
            isOneToOne: true
            referencedRelation: "owners"
            referencedColumns: ["id"]
          },
          {
            foreignKeyName: "pets_second_fkey"
            columns: ["second"]
            isOneToOne: true
            referencedRelation: "right_joined"
            referencedColumns: ["owner_id"]
          },
          {
            foreignKeyName: "pets_second_fkey"
            columns: ["second"]
            isOneToOne: true
            referencedRelation: "stored"
            referencedColumns: ["id"]
          },
          {
            foreignKeyName: "pets_second_fkey"
            columns: ["second"]
            isOneToOne: true
            referencedRelation: "using_joined"
            referencedColumns: ["id"]
          },
        ]
      }
      shadows: {
        Row: {
          id: string
          own: string | null
          owns: string[] | null
        }
        ComputedFields: never
        Insert: {
          id: string
          own?: string | null
          owns?: string[] | null
        }
        Update: {
          id?: string
          own?: string | null
          owns?: string[] | null
        }
        Relationships: []
      }
    }
    Views: {
      cast_ones: {
        Row: {
          id: number | null
          owner: number
        }
        ComputedFields: never
        Insert: {
          id?: never
          owner?: number | null
        }
        Update: {
          id?: never
          owner?: number | null
        }
        Relationships: [
          {
            foreignKeyName: "pets_owner_fkey"
            columns: ["owner"]
            isOneToOne: false
            referencedRelation: "full_joined"
            referencedColumns: ["owner_id"]
          },
          {
            foreignKeyName: "pets_owner_fkey"
            columns: ["owner"]
            isOneToOne: false
            referencedRelation: "inner_joined"
            referencedColumns: ["owner_id"]
          },
          {
            foreignKeyName: "pets_owner_fkey"
            columns: ["owner"]
            isOneToOne: false
            referencedRelation: "left_joined"
            referencedColumns: ["owner_id"]
          },
          {
            foreignKeyName: "pets_owner_fkey"
            columns: ["owner"]
            isOneToOne: false
            referencedRelation: "of_cte"
            referencedColumns: ["id"]
          },
          {
            foreignKeyName: "pets_owner_fkey"
            columns: ["owner"]
            isOneToOne: false
            referencedRelation: "of_subquery"
            referencedColumns: ["tid"]
          },
          {
            foreignKeyName: "pets_owner_fkey"
            columns: ["owner"]
            isOneToOne: false
            referencedRelation: "owners"
            referencedColumns: ["id"]
          },
          {
            foreignKeyName: "pets_owner_fkey"
            columns: ["owner"]
            isOneToOne: false
            referencedRelation: "right_joined"
            referencedColumns: ["owner_id"]
          },
          {
            foreignKeyName: "pets_owner_fkey"
            columns: ["owner"]
            isOneToOne: false
            referencedRelation: "stored"
            referencedColumns: ["id"]
          },
          {
            foreignKeyName: "pets_owner_fkey"
            columns: ["owner"]
            isOneToOne: false
            referencedRelation: "using_joined"
            referencedColumns: ["id"]
          },
        ]
      }
      distinct_ones: {
        Row: {
          id: number
          owner: number
        }
        ComputedFields: never
        Relationships: [
          {
            foreignKeyName: "pets_owner_fkey"
            columns: ["owner"]
            isOneToOne: false
            referencedRelation: "full_joined"
            referencedColumns: ["owner_id"]
          },
          {
            foreignKeyName: "pets_owner_fkey"
            columns: ["owner"]
            isOneToOne: false
            referencedRelation: "inner_joined"
            referencedColumns: ["owner_id"]
          },
          {
            foreignKeyName: "pets_owner_fkey"
            columns: ["owner"]
            isOneToOne: false
            referencedRelation: "left_joined"
            referencedColumns: ["owner_id"]
          },
          {
            foreignKeyName: "pets_owner_fkey"
            columns: ["owner"]
            isOneToOne: false
            referencedRelation: "of_cte"
            referencedColumns: ["id"]
          },
          {
            foreignKeyName: "pets_owner_fkey"
            columns: ["owner"]
            isOneToOne: false
            referencedRelation: "of_subquery"
            referencedColumns: ["tid"]
          },
          {
            foreignKeyName: "pets_owner_fkey"
            columns: ["owner"]
            isOneToOne: false
            referencedRelation: "owners"
            referencedColumns: ["id"]
          },
          {
            foreignKeyName: "pets_owner_fkey"
            columns: ["owner"]
            isOneToOne: false
            referencedRelation: "right_joined"
            referencedColumns: ["owner_id"]
          },
          {
            foreignKeyName: "pets_owner_fkey"
            columns: ["owner"]
            isOneToOne: false
            referencedRelation: "stored"
            referencedColumns: ["id"]
          },
          {
            foreignKeyName: "pets_owner_fkey"
            columns: ["owner"]
            isOneToOne: false
            referencedRelation: "using_joined"
            referencedColumns: ["id"]
          },
        ]
      }
      full_joined: {
        Row: {
          id: number | null
          owner_id: number | null
        }
        ComputedFields: never
        Relationships: []
      }
      full_using: {
        Row: {
          id: number | null
        }
        ComputedFields: never
        Relationships: []
      }
      grouped: {
        Row: {
          last: string | null
          none: number | null
          one: number | null
          owner: number
          pets: number | null
        }
        ComputedFields: never
        Relationships: [
          {
            foreignKeyName: "pets_owner_fkey"
            columns: ["owner"]
            isOneToOne: false
            referencedRelation: "full_joined"
            referencedColumns: ["owner_id"]
          },
          {
            foreignKeyName: "pets_owner_fkey"
            columns: ["owner"]
            isOneToOne: false
            referencedRelation: "inner_joined"
            referencedColumns: ["owner_id"]
          },
          {
            foreignKeyName: "pets_owner_fkey"
            columns: ["owner"]
            isOneToOne: false
            referencedRelation: "left_joined"
            referencedColumns: ["owner_id"]
          },
          {
            foreignKeyName: "pets_owner_fkey"
            columns: ["owner"]
            isOneToOne: false
            referencedRelation: "of_cte"
            referencedColumns: ["id"]
          },
          {
            foreignKeyName: "pets_owner_fkey"
            columns: ["owner"]
            isOneToOne: false
            referencedRelation: "of_subquery"
            referencedColumns: ["tid"]
          },
          {
            foreignKeyName: "pets_owner_fkey"
            columns: ["owner"]
            isOneToOne: false
            referencedRelation: "owners"
            referencedColumns: ["id"]
          },
          {
            foreignKeyName: "pets_owner_fkey"
            columns: ["owner"]
            isOneToOne: false
            referencedRelation: "right_joined"
            referencedColumns: ["owner_id"]
          },
          {
            foreignKeyName: "pets_owner_fkey"
            columns: ["owner"]
            isOneToOne: false
            referencedRelation: "stored"
            referencedColumns: ["id"]
          },
          {
            foreignKeyName: "pets_owner_fkey"
            columns: ["owner"]
            isOneToOne: false
            referencedRelation: "using_joined"
            referencedColumns: ["id"]
          },
        ]
      }
      grouping_sets: {
        Row: {
          one: number | null
          owner: number | null
          plain: Database["public"]["Enums"]["plain"] | null
        }
        ComputedFields: never
        Relationships: [
          {
            foreignKeyName: "pets_owner_fkey"
            columns: ["owner"]
            isOneToOne: false
            referencedRelation: "full_joined"
            referencedColumns: ["owner_id"]
          },
          {
            foreignKeyName: "pets_owner_fkey"
            columns: ["owner"]
            isOneToOne: false
            referencedRelation: "inner_joined"
            referencedColumns: ["owner_id"]
          },
          {
            foreignKeyName: "pets_owner_fkey"
            columns: ["owner"]
            isOneToOne: false
            referencedRelation: "left_joined"
            referencedColumns: ["owner_id"]
          },
          {
            foreignKeyName: "pets_owner_fkey"
            columns: ["owner"]
            isOneToOne: false
            referencedRelation: "of_cte"
            referencedColumns: ["id"]
          },
          {
            foreignKeyName: "pets_owner_fkey"
            columns: ["owner"]
            isOneToOne: false
            referencedRelation: "of_subquery"
            referencedColumns: ["tid"]
          },
          {
            foreignKeyName: "pets_owner_fkey"
            columns: ["owner"]
            isOneToOne: false
            referencedRelation: "owners"
            referencedColumns: ["id"]
          },
          {
            foreignKeyName: "pets_owner_fkey"
            columns: ["owner"]
            isOneToOne: false
            referencedRelation: "right_joined"
            referencedColumns: ["owner_id"]
          },
          {
            foreignKeyName: "pets_owner_fkey"
            columns: ["owner"]
            isOneToOne: false
            referencedRelation: "stored"
            referencedColumns: ["id"]
          },
          {
            foreignKeyName: "pets_owner_fkey"
            columns: ["owner"]
            isOneToOne: false
            referencedRelation: "using_joined"
            referencedColumns: ["id"]
          },
        ]
      }
      inner_joined: {
        Row: {
          id: number
          owner: number
          owner_id: number
          owner_name: string
        }
        ComputedFields: never
        Relationships: [
          {
            foreignKeyName: "pets_owner_fkey"
            columns: ["owner"]
            isOneToOne: false
            referencedRelation: "full_joined"
            referencedColumns: ["owner_id"]
          },
          {
            foreignKeyName: "pets_owner_fkey"
            columns: ["owner"]
            isOneToOne: false
            referencedRelation: "inner_joined"
            referencedColumns: ["owner_id"]
          },
          {
            foreignKeyName: "pets_owner_fkey"
            columns: ["owner"]
            isOneToOne: false
            referencedRelation: "left_joined"
            referencedColumns: ["owner_id"]
          },
          {
            foreignKeyName: "pets_owner_fkey"
            columns: ["owner"]
            isOneToOne: false
            referencedRelation: "of_cte"
            referencedColumns: ["id"]
          },
          {
            foreignKeyName: "pets_owner_fkey"
            columns: ["owner"]
            isOneToOne: false
            referencedRelation: "of_subquery"
            referencedColumns: ["tid"]
          },
          {
            foreignKeyName: "pets_owner_fkey"
            columns: ["owner"]
            isOneToOne: false
            referencedRelation: "owners"
            referencedColumns: ["id"]
          },
          {
            foreignKeyName: "pets_owner_fkey"
            columns: ["owner"]
            isOneToOne: false
            referencedRelation: "right_joined"
            referencedColumns: ["owner_id"]
          },
          {
            foreignKeyName: "pets_owner_fkey"
            columns: ["owner"]
            isOneToOne: false
            referencedRelation: "stored"
            referencedColumns: ["id"]
          },
          {
            foreignKeyName: "pets_owner_fkey"
            columns: ["owner"]
            isOneToOne: false
            referencedRelation: "using_joined"
            referencedColumns: ["id"]
          },
        ]
      }
      left_joined: {
        Row: {
          id: number | null
          name: string
          owner_id: number
        }
        ComputedFields: never
        Relationships: []
      }
      of_cte: {
        Row: {
          id: number
          name: string
        }
        ComputedFields: never
        Relationships: []
      }
      of_recursion: {
        Row: {
          id: number | null
        }
        ComputedFields: never
        Relationships: []
      }
      of_subquery: {
        Row: {
          id: number
          n: number | null
          tid: number | null
        }
        ComputedFields: never
        Relationships: []
      }
      of_view: {
        Row: {
          owner_a: number
          owner_b: number
          owner_name: string
          pet: number
        }
        ComputedFields: never
        Relationships: [
          {
            foreignKeyName: "pets_owner_fkey"
            columns: ["owner_a"]
            isOneToOne: false
            referencedRelation: "full_joined"
            referencedColumns: ["owner_id"]
          },
          {
            foreignKeyName: "pets_owner_fkey"
            columns: ["owner_b"]
            isOneToOne: false
            referencedRelation: "full_joined"
            referencedColumns: ["owner_id"]
          },
          {
            foreignKeyName: "pets_owner_fkey"
            columns: ["owner_a"]
            isOneToOne: false
            referencedRelation: "inner_joined"
            referencedColumns: ["owner_id"]
          },
          {
            foreignKeyName: "pets_owner_fkey"
            columns: ["owner_b"]
            isOneToOne: false
            referencedRelation: "inner_joined"
            referencedColumns: ["owner_id"]
          },
          {
            foreignKeyName: "pets_owner_fkey"
            columns: ["owner_a"]
            isOneToOne: false
            referencedRelation: "left_joined"
            referencedColumns: ["owner_id"]
          },
          {
            foreignKeyName: "pets_owner_fkey"
            columns: ["owner_b"]
            isOneToOne: false
            referencedRelation: "left_joined"
            referencedColumns: ["owner_id"]
          },
          {
            foreignKeyName: "pets_owner_fkey"
            columns: ["owner_a"]
            isOneToOne: false
            referencedRelation: "of_cte"
            referencedColumns: ["id"]
          },
          {
            foreignKeyName: "pets_owner_fkey"
            columns: ["owner_b"]
            isOneToOne: false
            referencedRelation: "of_cte"
            referencedColumns: ["id"]
          },
          {
            foreignKeyName: "pets_owner_fkey"
            columns: ["owner_a"]
            isOneToOne: false
            referencedRelation: "of_subquery"
            referencedColumns: ["tid"]
          },
          {
            foreignKeyName: "pets_owner_fkey"
            columns: ["owner_b"]
            isOneToOne: false
            referencedRelation: "of_subquery"
            referencedColumns: ["tid"]
          },
          {
            foreignKeyName: "pets_owner_fkey"
            columns: ["owner_a"]
            isOneToOne: false
            referencedRelation: "owners"
            referencedColumns: ["id"]
          },
          {
            foreignKeyName: "pets_owner_fkey"
            columns: ["owner_b"]
            isOneToOne: false
            referencedRelation: "owners"
            referencedColumns: ["id"]
          },
          {
            foreignKeyName: "pets_owner_fkey"
            columns: ["owner_a"]
            isOneToOne: false
            referencedRelation: "right_joined"
            referencedColumns: ["owner_id"]
          },
          {
            foreignKeyName: "pets_owner_fkey"
            columns: ["owner_b"]
            isOneToOne: false
            referencedRelation: "right_joined"
            referencedColumns: ["owner_id"]
          },
          {
            foreignKeyName: "pets_owner_fkey"
            columns: ["owner_a"]
            isOneToOne: false
            referencedRelation: "stored"
            referencedColumns: ["id"]
          },
          {
            foreignKeyName: "pets_owner_fkey"
            columns: ["owner_b"]
            isOneToOne: false
            referencedRelation: "stored"
            referencedColumns: ["id"]
          },
          {
            foreignKeyName: "pets_owner_fkey"
            columns: ["owner_a"]
            isOneToOne: false
            referencedRelation: "using_joined"
            referencedColumns: ["id"]
          },
          {
            foreignKeyName: "pets_owner_fkey"
            columns: ["owner_b"]
            isOneToOne: false
            referencedRelation: "using_joined"
            referencedColumns: ["id"]
          },
        ]
      }
      pet_names: {
        Row: {
          id: number
          name: string | null
          owner: number
          plain: Database["public"]["Enums"]["plain"]
          size: Database["api"]["Enums"]["size"] | null
          up: string | null
          view_field: string | null
        }
        ComputedFields: "view_field"
        Insert: {
          id?: number | null
          name?: string | null
          owner?: number | null
          plain?: Database["public"]["Enums"]["plain"] | null
          size?: Database["api"]["Enums"]["size"] | null
          up?: string | null
        }
        Update: {
          id?: number | null
          name?: string | null
          owner?: number | null
          plain?: Database["public"]["Enums"]["plain"] | null
          size?: Database["api"]["Enums"]["size"] | null
          up?: string | null
        }
        Relationships: [
          {
            foreignKeyName: "pets_owner_fkey"
            columns: ["owner"]
            isOneToOne: false
            referencedRelation: "full_joined"
            referencedColumns: ["owner_id"]
          },
          {
            foreignKeyName: "pets_owner_fkey"
            columns: ["owner"]
            isOneToOne: false
            referencedRelation: "inner_joined"
            referencedColumns: ["owner_id"]
          },
          {
            foreignKeyName: "pets_owner_fkey"
            columns: ["owner"]
            isOneToOne: false
            referencedRelation: "left_joined"
            referencedColumns: ["owner_id"]
          },
          {
            foreignKeyName: "pets_owner_fkey"
            columns: ["owner"]
            isOneToOne: false
            referencedRelation: "of_cte"
            referencedColumns: ["id"]
          },
          {
            foreignKeyName: "pets_owner_fkey"
            columns: ["owner"]
            isOneToOne: false
            referencedRelation: "of_subquery"
            referencedColumns: ["tid"]
          },
          {
            foreignKeyName: "pets_owner_fkey"
            columns: ["owner"]
            isOneToOne: false
            referencedRelation: "owners"
            referencedColumns: ["id"]
          },
          {
            foreignKeyName: "pets_owner_fkey"
            columns: ["owner"]
            isOneToOne: false
            referencedRelation: "right_joined"
            referencedColumns: ["owner_id"]
          },
          {
            foreignKeyName: "pets_owner_fkey"
            columns: ["owner"]
            isOneToOne: false
            referencedRelation: "stored"
            referencedColumns: ["id"]
          },
          {
            foreignKeyName: "pets_owner_fkey"
            columns: ["owner"]
            isOneToOne: false
            referencedRelation: "using_joined"
            referencedColumns: ["id"]
          },
        ]
      }
      right_joined: {
        Row: {
          id: number
          owner_id: number | null
        }
        ComputedFields: never
        Relationships: []
      }
      ruled: {
        Row: {
          a: number | null
        }
        ComputedFields: never
        Insert: {
          a?: number | null
        }
        Relationships: []
      }
      stored: {
        Row: {
          id: number
          name: string
        }
        ComputedFields: never
        Relationships: []
      }
      told: {
        Row: {
          id: number
        }
        ComputedFields: never
        Relationships: []
      }
      triggered: {
        Row: {
          id: number | null
        }
        ComputedFields: never
        Update: {
          id?: number | null
        }
        Relationships: []
      }
      two_keys: {
        Row: {
          id: number
          owner: number
          owner_again: number
        }
        ComputedFields: never
        Insert: {
          id?: number | null
          owner?: number | null
          owner_again?: number | null
        }
        Update: {
          id?: number | null
          owner?: number | null
          owner_again?: number | null
        }
        Relationships: [
          {
            foreignKeyName: "pets_owner_fkey"
            columns: ["owner_again"]
            isOneToOne: false
            referencedRelation: "full_joined"
            referencedColumns: ["owner_id"]
          },
          {
            foreignKeyName: "pets_owner_fkey"
            columns: ["owner"]
            isOneToOne: false
            referencedRelation: "full_joined"
            referencedColumns: ["owner_id"]
          },
          {
            foreignKeyName: "pets_owner_fkey"
            columns: ["owner_again"]
            isOneToOne: false
            referencedRelation: "inner_joined"
            referencedColumns: ["owner_id"]
          },
          {
            foreignKeyName: "pets_owner_fkey"
            columns: ["owner"]
            isOneToOne: false
            referencedRelation: "inner_joined"
            referencedColumns: ["owner_id"]
          },
          {
            foreignKeyName: "pets_owner_fkey"
            columns: ["owner_again"]
            isOneToOne: false
            referencedRelation: "left_joined"
            referencedColumns: ["owner_id"]
          },
          {
            foreignKeyName: "pets_owner_fkey"
            columns: ["owner"]
            isOneToOne: false
            referencedRelation: "left_joined"
            referencedColumns: ["owner_id"]
          },
          {
            foreignKeyName: "pets_owner_fkey"
            columns: ["owner_again"]
            isOneToOne: false
            referencedRelation: "of_cte"
            referencedColumns: ["id"]
          },
          {
            foreignKeyName: "pets_owner_fkey"
            columns: ["owner"]
            isOneToOne: false
            referencedRelation: "of_cte"
            referencedColumns: ["id"]
          },
          {
            foreignKeyName: "pets_owner_fkey"
            columns: ["owner_again"]
            isOneToOne: false
            referencedRelation: "of_subquery"
            referencedColumns: ["tid"]
          },
          {
            foreignKeyName: "pets_owner_fkey"
            columns: ["owner"]
            isOneToOne: false
            referencedRelation: "of_subquery"
            referencedColumns: ["tid"]
          },
          {
            foreignKeyName: "pets_owner_fkey"
            columns: ["owner_again"]
            isOneToOne: false
            referencedRelation: "owners"
            referencedColumns: ["id"]
          },
          {
            foreignKeyName: "pets_owner_fkey"
            columns: ["owner"]
            isOneToOne: false
            referencedRelation: "owners"
            referencedColumns: ["id"]
          },
          {
            foreignKeyName: "pets_owner_fkey"
            columns: ["owner_again"]
            isOneToOne: false
            referencedRelation: "right_joined"
            referencedColumns: ["owner_id"]
          },
          {
            foreignKeyName: "pets_owner_fkey"
            columns: ["owner"]
            isOneToOne: false
            referencedRelation: "right_joined"
            referencedColumns: ["owner_id"]
          },
          {
            foreignKeyName: "pets_owner_fkey"
            columns: ["owner_again"]
            isOneToOne: false
            referencedRelation: "stored"
            referencedColumns: ["id"]
          },
          {
            foreignKeyName: "pets_owner_fkey"
            columns: ["owner"]
            isOneToOne: false
            referencedRelation: "stored"
            referencedColumns: ["id"]
          },
          {
            foreignKeyName: "pets_owner_fkey"
            columns: ["owner_again"]
            isOneToOne: false
            referencedRelation: "using_joined"
            referencedColumns: ["id"]
          },
          {
            foreignKeyName: "pets_owner_fkey"
            columns: ["owner"]
            isOneToOne: false
            referencedRelation: "using_joined"
            referencedColumns: ["id"]
          },
        ]
      }
      united: {
        Row: {
          id: number | null
        }
        ComputedFields: never
        Relationships: []
      }
      using_joined: {
        Row: {
          id: number
          name: string
        }
        ComputedFields: never
        Relationships: []
      }
      with_domain: {
        Row: {
          given: number
          shorter: unknown
        }
        ComputedFields: never
        Insert: {
          given?: number | null
          shorter?: unknown
        }
        Update: {
          given?: number | null
          shorter?: unknown
        }
        Relationships: []
      }
    }
    Functions: {
      any_of: { Args: { a: unknown }; Returns: unknown }
      array_of: { Args: Record<PropertyKey, never>; Returns: string[] }
      best: {
        Args: {
          o: Omit<
            Database["public"]["Tables"]["owners"]["Row"],
            Database["public"]["Tables"]["owners"]["ComputedFields"]
          >
        }
        Returns: {
          owner: number
          pet: number | null
        }
        SetofOptions: {
          from: "owners"
          to: "one"
          isOneToOne: true
          isSetofReturn: false
        }
      }
      body: { Args: { "": Json }; Returns: Json }
      box_array: {
        Args: { b: Database["api"]["CompositeTypes"]["box"][] }
        Returns: Database["api"]["CompositeTypes"]["box"][]
      }
      clash:
        | {
            Args: { a: number }
            Returns: {
              error: true
            } & "Could not choose the best candidate function between: public.clash(a => int4), public.clash(a => text). Try renaming the parameters or the function itself in the database so function overloading can be resolved"
          }
        | {
            Args: { a: string }
            Returns: {
              error: true
            } & "Could not choose the best candidate function between: public.clash(a => int4), public.clash(a => text). Try renaming the parameters or the function itself in the database so function overloading can be resolved"
          }
        | { Args: { a: string; b: number }; Returns: number }
      composite: {
        Args: Record<PropertyKey, never>
        Returns: Database["api"]["CompositeTypes"]["box"]
        SetofOptions: {
          from: "*"
          to: "box"
          isOneToOne: true
          isSetofReturn: false
        }
      }
      composites: {
        Args: Record<PropertyKey, never>
        Returns: Database["api"]["CompositeTypes"]["box"][]
        SetofOptions: {
          from: "*"
          to: "box"
          isOneToOne: false
          isSetofReturn: true
        }
      }
      domain_of: { Args: { s: unknown }; Returns: unknown }
      enum_of: {
        Args: { p: Database["public"]["Enums"]["plain"]; s?: Database["api"]["Enums"]["size"][] }
        Returns: Database["public"]["Enums"]["plain"]
      }
      full_name: {
        Args: { "": Database["public"]["Tables"]["owners"]["Row"] }
        Returns: {
          error: true
        } & "the function public.full_name with parameter or with a single unnamed json/jsonb parameter, but no matches were found in the schema cache"
      }
      inout_one: { Args: { a: number }; Returns: number }
      many: { Args: { v: number[] }; Returns: number }
      maybe:
        | {
            Args: Record<PropertyKey, never>
            Returns: {
              error: true
            } & "Could not choose the best candidate function between: public.maybe(), public.maybe( => text). Try renaming the parameters or the function itself in the database so function overloading can be resolved"
          }
        | { Args: { ""?: Json }; Returns: string }
      name_that_is_long_enough_to_break: {
        Args: { first_argument_of_it: number; second_argument_of_it: string }
        Returns: number
      }
      named_field: {
        Args: {
          o: Omit<
            Database["public"]["Tables"]["owners"]["Row"],
            Database["public"]["Tables"]["owners"]["ComputedFields"]
          >
        }
        Returns: number
      }
      nothing: { Args: Record<PropertyKey, never>; Returns: undefined }
      one_of: {
        Args: { "": Database["public"]["Tables"]["owners"]["Row"] }
        Returns: {
          error: true
        } & "the function public.one_of with parameter or with a single unnamed json/jsonb parameter, but no matches were found in the schema cache"
        SetofOptions: {
          from: "owners"
          to: "one"
          isOneToOne: true
          isSetofReturn: true
        }
      }
      other_row: {
        Args: Record<PropertyKey, never>
        Returns: Database["api"]["Tables"]["things"]["Row"][]
        SetofOptions: {
          from: "*"
          to: "things"
          isOneToOne: false
          isSetofReturn: true
        }
      }
      out_many: { Args: { a: number }; Returns: Record<string, unknown> }
      out_one: { Args: { a?: number; b: number }; Returns: number }
      pets_of: {
        Args: { "": Database["public"]["Tables"]["owners"]["Row"] }
        Returns: {
          error: true
        } & "the function public.pets_of with parameter or with a single unnamed json/jsonb parameter, but no matches were found in the schema cache"
        SetofOptions: {
          from: "owners"
          to: "pets"
          isOneToOne: false
          isSetofReturn: true
        }
      }
      plus:
        | { Args: { a: number; b?: number }; Returns: number }
        | { Args: { a: string }; Returns: string }
      records: { Args: Record<PropertyKey, never>; Returns: Record<string, unknown>[] }
      rows_one: {
        Args: Record<PropertyKey, never>
        Returns: {
          "B c": number | null
          email: string | null
          id: number
          name: string
        }
        SetofOptions: {
          from: "*"
          to: "owners"
          isOneToOne: true
          isSetofReturn: true
        }
      }
      shadow: { Args: { own: string }; Returns: string }
      spans: { Args: Record<PropertyKey, never>; Returns: unknown }
      table_of: {
        Args: { a: number }
        Returns: {
          a_: Database["public"]["Enums"]["plain"]
          b: string
          "C d": number
        }[]
      }
      take_rows: {
        Args: {
          r: Omit<
            Database["public"]["Tables"]["owners"]["Row"],
            Database["public"]["Tables"]["owners"]["ComputedFields"]
          >
          s: Database["public"]["Tables"]["owners"]["Row"][]
          v: Omit<
            Database["public"]["Views"]["pet_names"]["Row"],
            Database["public"]["Views"]["pet_names"]["ComputedFields"]
          >
        }
        Returns: number
      }
      texts: { Args: Record<PropertyKey, never>; Returns: string[] }
      view_field: {
        Args: { "": Database["public"]["Views"]["pet_names"]["Row"] }
        Returns: {
          error: true
        } & "the function public.view_field with parameter or with a single unnamed json/jsonb parameter, but no matches were found in the schema cache"
      }
    }
    Enums: {
      _hidden: "x"
      plain: "a" | "b"
    }
    CompositeTypes: {
      [_ in never]: never
    }
  }
  "Weird Schema": {
    Tables: {
      t: {
        Row: {
          id: number
          other: number | null
        }
        ComputedFields: never
        Insert: {
          id: number
          other?: number | null
        }
        Update: {
          id?: number
          other?: number | null
        }
        Relationships: [
          {
            foreignKeyName: "t_other_fkey"
            columns: null
            isOneToOne: false
            referencedRelation: "t"
            referencedColumns: null
          },
        ]
      }
    }
    Views: {
      [_ in never]: never
    }
    Functions: {
      [_ in never]: never
    }
    Enums: {
      [_ in never]: never
    }
    CompositeTypes: {
      [_ in never]: never
    }
  }
}

export const Constants = {
  api: {
    Enums: {
      size: ["small", "large"],
      uuid: ["x"],
    },
  },
  public: {
    Enums: {
      _hidden: ["x"],
      plain: ["a", "b"],
    },
  },
  "Weird Schema": {
    Enums: {},
  },
} as const
